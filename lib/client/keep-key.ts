export interface KeptKey {
  /** The Idempotency-Key for this input. */
  of(input: unknown): string
  /** It has been done: the same input is something new from now on. */
  done(): void
}

/** One key for one intention: whoever sends the same again because no answer came asks for the same thing, not for a second one. */
export function keepKey(): KeptKey {
  let held: { input: string; key: string } | null = null
  return {
    of(input) {
      const text = JSON.stringify(input)
      if (held?.input !== text) held = { input: text, key: crypto.randomUUID() }
      return held.key
    },
    done: () => {
      held = null
    },
  }
}
