import { closeSync, existsSync, fdatasync, openSync, readFileSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { join } from 'node:path'
import type { Outcome } from './protocol.ts'
import { writeWhole } from './write-whole.ts'

interface StepRef {
  stepId: string
  epoch: number
}

/**
 * intent: about to act. ended: how it ended, not yet told. told: the server has answered our report. lost: how it
 * ended is not known here; the lease runs out by itself. known: what compaction keeps of older steps.
 */
export type Entry =
  | (StepRef & { type: 'intent'; at: string; key: string; kind: string })
  | (StepRef & { type: 'ended'; at: string } & Outcome)
  | (StepRef & { type: 'told'; at: string; answer: 'accepted' | 'refused' })
  | (StepRef & { type: 'lost'; at: string; because: string })
  | (StepRef & { type: 'known' })

/** How many finished steps compaction remembers; a step's epochs only grow, so the highest of each is enough. */
const remembered = 10_000

/** The entries of a journal's text. The last line may be torn by a crash; a damaged line before it may not be guessed over. */
export function parseJournal(text: string): Entry[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index): Entry[] => {
    if (line === '') return []
    try {
      const entry = JSON.parse(line) as Entry
      if (typeof entry.stepId === 'string' && Number.isInteger(entry.epoch)) return [entry]
    } catch {
      if (index === lines.length - 1) return []
    }
    throw new Error(`the journal is damaged at line ${index + 1}: what this agent did before is not known; move its data folder away and enrol it again`)
  })
}

export interface Unsettled {
  /** Started, and how it ended is not known. */
  started: Extract<Entry, { type: 'intent' }>[]
  /** Ended, and the server may not have heard. */
  untold: Extract<Entry, { type: 'ended' }>[]
}

/** What an earlier life of this agent left open. */
export function unsettled(entries: readonly Entry[]): Unsettled {
  const last = new Map(entries.map((entry) => [`${entry.stepId}:${entry.epoch}`, entry]))
  const open = [...last.values()]
  return { started: open.filter((entry) => entry.type === 'intent'), untold: open.filter((entry) => entry.type === 'ended') }
}

/** What has to stay: everything unsettled, and the highest epoch of each step. */
export function compact(entries: readonly Entry[]): Entry[] {
  const { started, untold } = unsettled(entries)
  const highest = new Map<string, number>()
  for (const { stepId, epoch } of entries) {
    const before = highest.get(stepId) ?? 0
    highest.delete(stepId)
    highest.set(stepId, Math.max(before, epoch))
  }
  const known = [...highest].slice(-remembered).map(([stepId, epoch]): Entry => ({ type: 'known', stepId, epoch }))
  return [...known, ...started, ...untold]
}

const sync = promisify(fdatasync)

/** The agent's memory of what it began: intent before effect, on disk before anything happens. */
export class Journal {
  readonly unsettled: Unsettled
  readonly #file: number
  readonly #highest = new Map<string, number>()
  #underWay: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(data: string) {
    const path = join(data, 'journal.jsonl')
    const entries = compact(existsSync(path) ? parseJournal(readFileSync(path, 'utf8')) : [])
    writeWhole(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    for (const { stepId, epoch } of entries) this.#highest.set(stepId, Math.max(epoch, this.#highest.get(stepId) ?? 0))
    this.unsettled = unsettled(entries)
    this.#file = openSync(path, 'a', 0o600)
  }

  /** False where this step was begun here under this epoch, or a later one: then it must not begin again. The intent is on disk when this resolves. */
  async begin(step: StepRef & { key: string; kind: string }, at: string): Promise<boolean> {
    if (step.epoch <= (this.#highest.get(step.stepId) ?? 0)) return false
    this.write({ type: 'intent', at, stepId: step.stepId, epoch: step.epoch, key: step.key, kind: step.kind })
    await this.durable()
    return true
  }

  /** Appends one entry. It outlives this process from here on; whoever needs it to outlive the machine waits for `durable`. */
  write(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`)
    this.#highest.set(entry.stepId, Math.max(entry.epoch, this.#highest.get(entry.stepId) ?? 0))
  }

  /** Resolves when all that was written is on disk. Whoever asks while one fsync is under way shares the next one. */
  durable(): Promise<void> {
    this.#next ??= this.#underWay
      .catch(() => undefined)
      .then(() => {
        this.#underWay = this.#next ?? this.#underWay
        this.#next = null
        return sync(this.#file)
      })
    return this.#next
  }

  /** What was written is on disk when this resolves, and nothing more can be. */
  async close(): Promise<void> {
    await this.durable().finally(() => closeSync(this.#file))
  }
}
