/** Asks again until the answer is yes; else throws the sentence that the last answer gave. */
export async function until(withinMs: number, ask: () => Promise<true | string>): Promise<void> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer === true) return
    if (performance.now() > deadline) throw new Error(`${answer} (waited ${Math.round(withinMs / 1_000)} s)`)
    await new Promise((settle) => setTimeout(settle, 100))
  }
}
