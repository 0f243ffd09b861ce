import { Refused } from './http.ts'
import type { Server } from './http.ts'
import { pause } from './pause.ts'
import type { LogLine } from './protocol.ts'

type Said = Omit<LogLine, 'seq'>

const batchLines = 200
const everyMs = 200
const longestLine = 4_000
/** Beyond this the step's output waits while the server answers, and is dropped while it does not. */
const highWater = 2_000

/** What is kept of one attempt: its beginning, up to these, and its end. */
export interface LogCap {
  lines: number
  bytes: number
  tailLines: number
  tailBytes: number
}
const tenMiB: LogCap = { lines: 20_000, bytes: 10 * 1024 * 1024, tailLines: 500, tailBytes: 256 * 1024 }

const bytesOf = (line: string): number => Buffer.byteLength(line)

/** Sends a step's lines in order and in batches. A server that cannot be reached never holds a step up: its lines are cut. */
export class LogStream {
  readonly #server: Server
  readonly #path: string
  readonly #epoch: number
  readonly #cap: LogCap
  #waiting: LogLine[] = []
  #seq = 0
  #bytes = 0
  /** Beyond the cap the last lines are held here until the step has ended. */
  #tail: Said[] = []
  #tailBytes = 0
  #dropped = { lines: 0, bytes: 0 }
  #failing = false
  #closed = false
  #refused = false
  readonly #wake = new AbortController()
  readonly #sent: Promise<void>

  constructor(server: Server, stepId: string, epoch: number, cap: LogCap = tenMiB) {
    this.#server = server
    this.#path = `/api/v1/agents/steps/${stepId}/log`
    this.#epoch = epoch
    this.#cap = cap
    this.#sent = this.#run()
  }

  push({ at, stream, line }: Said): void {
    if (this.#refused) return
    const said: Said = { at, stream, line: line.length > longestLine ? `${line.slice(0, longestLine - 2)} …` : line }
    if (this.#seq >= this.#cap.lines - this.#cap.tailLines || this.#bytes + bytesOf(said.line) > this.#cap.bytes - this.#cap.tailBytes) return this.#keepLast(said)
    if (this.#failing && this.#waiting.length >= highWater) return this.#drop(said)
    if (this.#dropped.lines > 0) this.#add(this.#cut(at))
    this.#add(said)
  }

  /** True while more would only pile up. */
  full(): boolean {
    return !this.#failing && !this.#refused && this.#waiting.length >= highWater
  }

  /** No more lines come; resolves when the rest is sent, or after `ms`. */
  async close(ms: number): Promise<void> {
    if (this.#dropped.lines > 0) this.#add(this.#cut(new Date().toISOString()))
    for (const said of this.#tail) this.#add(said)
    this.#tail = []
    this.#closed = true
    this.#wake.abort()
    await Promise.race([this.#sent, pause(ms)])
    this.#refused = true
  }

  #keepLast(said: Said): void {
    this.#tail.push(said)
    this.#tailBytes += bytesOf(said.line)
    while (this.#tail.length >= this.#cap.tailLines || this.#tailBytes > this.#cap.tailBytes) {
      const first = this.#tail.shift()
      if (!first) return
      this.#tailBytes -= bytesOf(first.line)
      this.#drop(first)
    }
  }

  #drop({ line }: Said): void {
    this.#dropped = { lines: this.#dropped.lines + 1, bytes: this.#dropped.bytes + bytesOf(line) }
  }

  #cut(at: string): Said {
    const { lines, bytes } = this.#dropped
    this.#dropped = { lines: 0, bytes: 0 }
    return { at, stream: 'agent', line: `… cut: ${lines} line${lines === 1 ? '' : 's'}, ${bytes} bytes, not kept` }
  }

  #add(said: Said): void {
    this.#bytes += bytesOf(said.line)
    this.#waiting.push({ seq: ++this.#seq, ...said })
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
