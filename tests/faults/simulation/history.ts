import type { RunStatus, StepStatus } from '#lib/orchestration/view.ts'

/** What happened, as whoever looks from outside could have written it down. The checkers read this and nothing else. */
export type Happening =
  | { what: 'leased'; at: number; key: string; epoch: number; agent: string }
  | { what: 'became'; at: number; key: string; epoch: number; status: StepStatus }
  | { what: 'run'; at: number; status: RunStatus }
  /** An agent's guard lets a step's processes run, and later they are gone. */
  | { what: 'begun' | 'gone'; at: number; key: string; epoch: number; agent: string }
  /** The world was changed. */
  | { what: 'effect'; at: number; key: string; epoch: number; agent: string }
  /** An agent was told that its report counts. */
  | { what: 'accepted'; at: number; key: string; epoch: number; agent: string; outcome: string }
  /** A person said: it did not happen, or do it again. */
  | { what: 'word'; at: number; key: string; says: 'again' | 'happened' | 'skip' }

export type History = Happening[]

export interface Expectation {
  after: ReadonlyMap<string, readonly string[]>
  repeatable: ReadonlySet<string>
}

/** Every promise that this history breaks, as a sentence. */
export function broken(history: History, { after, repeatable }: Expectation): string[] {
  const wrong: string[] = []
  const at = (entry: { at: number; key: string; epoch: number }): string => `${entry.key} (epoch ${entry.epoch}) at ${entry.at} ms`
  const epochs = new Map<string, number>()
  const working = new Map<string, { agent: string; epoch: number }>()
  const starts = new Map<string, number>()
  const effects = new Map<string, number>()
  const byEpoch = new Map<string, number>()
  const allowed = new Map<string, number>()
  const status = new Map<string, StepStatus>()
  let over = false

  for (const entry of history) {
    switch (entry.what) {
      case 'leased':
        if (entry.epoch <= (epochs.get(entry.key) ?? 0)) wrong.push(`an epoch did not grow: ${at(entry)}`)
        epochs.set(entry.key, entry.epoch)
        if (over) wrong.push(`a lease of a run that is over: ${at(entry)}`)
        break
      case 'begun': {
        const other = working.get(entry.key)
        if (other) wrong.push(`two at work at once: ${at(entry)}, while ${other.agent} is at it under ${other.epoch}`)
        working.set(entry.key, { agent: entry.agent, epoch: entry.epoch })
        const before = starts.get(entry.key) ?? 0
        if (before > (allowed.get(entry.key) ?? 0) && !repeatable.has(entry.key)) wrong.push(`what may not be repeated was begun again without a person's word: ${at(entry)}`)
        starts.set(entry.key, before + 1)
        break
      }
      case 'gone':
        if (working.get(entry.key)?.epoch === entry.epoch) working.delete(entry.key)
        break
      case 'effect': {
        const id = `${entry.key}:${entry.epoch}`
        byEpoch.set(id, (byEpoch.get(id) ?? 0) + 1)
        if ((byEpoch.get(id) ?? 0) > 1) wrong.push(`an effect happened twice under one token: ${at(entry)}`)
        effects.set(entry.key, (effects.get(entry.key) ?? 0) + 1)
        const waiting = (after.get(entry.key) ?? []).find((key) => status.get(key) !== 'succeeded' && status.get(key) !== 'skipped')
        if (waiting) wrong.push(`an effect before ${waiting} was done: ${at(entry)}`)
        break
      }
      case 'became':
        if (status.get(entry.key) === 'succeeded' && entry.status !== 'succeeded') wrong.push(`what had succeeded became ${entry.status}: ${at(entry)}`)
        if (entry.status === 'succeeded' && (effects.get(entry.key) ?? 0) === 0) wrong.push(`it is said to have succeeded, and nothing ever happened: ${at(entry)}`)
        status.set(entry.key, entry.status)
        break
      case 'accepted':
        if (entry.outcome === 'succeeded' && status.get(entry.key) !== 'succeeded') wrong.push(`a report was accepted and is not there: ${at(entry)}`)
        break
      case 'word':
        if (entry.says === 'again') allowed.set(entry.key, (allowed.get(entry.key) ?? 0) + 1)
        break
      case 'run':
        over = entry.status === 'succeeded' || entry.status === 'failed' || entry.status === 'aborted'
        break
    }
  }
  return wrong
}
