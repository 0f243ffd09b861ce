import { Refused } from './http.ts'
import type { Server } from './http.ts'
import { pause } from './pause.ts'
import type { LogLine } from './protocol.ts'

const batchLines = 200
const everyMs = 200
const longestLine = 4_000
/** What one attempt may say; after that it is counted and not kept. */
const mostLines = 20_000
/** Beyond this the step's output waits while the server answers, and is dropped while it does not. */
const highWater = 2_000

/** Sends a step's lines in order and in batches. A server that cannot be reached never holds a step up: its lines are cut. */
export class LogStream {
  readonly #server: Server
  readonly #path: string
  readonly #epoch: number
  #waiting: LogLine[] = []
  #seq = 0
  #dropped = 0
  #failing = false
  #closed = false
  #refused = false
  readonly #wake = new AbortController()
  readonly #sent: Promise<void>

  constructor(server: Server, stepId: string, epoch: number) {
    this.#server = server
    this.#path = `/api/v1/agents/steps/${stepId}/log`
    this.#epoch = epoch
    this.#sent = this.#run()
  }

  push({ at, stream, line }: Omit<LogLine, 'seq'>): void {
    if (this.#refused) return
    if (this.#seq >= mostLines || (this.#failing && this.#waiting.length >= highWater)) {
      this.#dropped += 1
      return
    }
    if (this.#dropped > 0 && this.#seq < mostLines) this.#add(at, 'agent', this.#cut())
    this.#add(at, stream, line.length > longestLine ? `${line.slice(0, longestLine - 2)} …` : line)
  }

  /** True while more would only pile up. */
  full(): boolean {
    return !this.#failing && !this.#refused && this.#waiting.length >= highWater
  }

  /** No more lines come; resolves when the rest is sent, or after `ms`. */
  async close(ms: number): Promise<void> {
    if (this.#dropped > 0) this.#add(new Date().toISOString(), 'agent', this.#cut())
    this.#closed = true
    this.#wake.abort()
    await Promise.race([this.#sent, pause(ms)])
    this.#refused = true
  }

  #cut(): string {
    const count = this.#dropped
    this.#dropped = 0
    return `… cut: ${count} line${count === 1 ? '' : 's'} not kept`
  }

  #add(at: string, stream: LogLine['stream'], line: string): void {
    this.#waiting.push({ seq: ++this.#seq, at, stream, line })
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#refused; ) {
      if (this.#waiting.length === 0 && this.#closed) return
      if (failures > 0) await pause(Math.min(everyMs * 2 ** failures, 3_000))
      else if (this.#waiting.length < batchLines) await pause(everyMs, this.#wake.signal)
      const batch = this.#waiting.slice(0, batchLines)
      if (batch.length === 0) continue
      try {
        await this.#server.post(this.#path, { v: 1, epoch: this.#epoch, lines: batch }, { timeoutMs: 5_000 })
        this.#waiting.splice(0, batch.length)
        this.#failing = false
        failures = 0
      } catch (error) {
        // A fenced attempt has nothing more to say.
        if (error instanceof Refused) this.#refused = true
        this.#failing = true
        failures += 1
      }
    }
  }
}
