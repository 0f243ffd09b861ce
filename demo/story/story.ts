import type { Stack } from '../stack.ts'

export interface Told {
  reached: number
  of: number
  failed: string | null
}

/** Says that the next mark is reached, with what was seen there. */
export type Mark = (...facts: string[]) => void

/** Something that happens to Harbor, told in marks: each is only said after it was seen at the fleet, in the records or on a screen. */
export interface Story {
  name: string
  marks: readonly string[]
  tell(stack: Stack, mark: Mark): Promise<void>
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Tells a story and says how far it came: a story that stops early says what was not as told. */
export async function tell(story: Story, stack: Stack, say: (line: string) => void): Promise<Told> {
  const of = story.marks.length
  const started = performance.now()
  let reached = 0
  let last = started
  const mark: Mark = (...facts) => {
    const now = performance.now()
    say(`${String(++reached)}/${of}  +${((now - last) / 1000).toFixed(1).padStart(5)} s  ${story.marks[reached - 1]}`)
    for (const fact of facts) say(`      ${' '.repeat(9)}${fact}`)
    last = now
  }
  try {
    await story.tell(stack, mark)
    say(`      all of it in ${seconds(performance.now() - started)}`)
    return { reached, of, failed: reached === of ? null : `the story ended at mark ${reached} of ${of}` }
  } catch (error) {
    return { reached, of, failed: (error as Error).message }
  }
}
