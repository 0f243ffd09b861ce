import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Outcome } from './protocol.ts'
import type { Said, Work } from './work.ts'

export interface Listener {
  log: (line: Extract<Said, { log: unknown }>['log']) => void
  mark: (name: Extract<Said, { mark: unknown }>['mark']) => void
  /** True while what is logged cannot be taken yet: then the step's output waits. */
  full: () => boolean
}

/** A step under its guard. Made ahead of time, because two processes take a while to start and a rollback should not wait for them. */
export class Guarded {
  readonly pid: number
  /** How the step ended as its worker said, or null where it did not say. Known only when the whole group is gone. */
  readonly ended: Promise<Outcome | null>
  readonly #guard: ChildProcess
  #listener: Listener | null = null
  #outcome: Outcome | null = null
  #unknown: string | null = null

  /** `compiled`: a folder in which Node keeps our programs as it has compiled them, so that each start costs a third. */
  constructor(compiled: string) {
    const { KNOWNGOOD_ENROLMENT_TOKEN: _, ...env } = process.env
    this.#guard = spawn(process.execPath, [fileURLToPath(new URL('./guard.ts', import.meta.url))], { detached: true, stdio: ['pipe', 'ignore', 'inherit', 'pipe'], env: { ...env, NODE_COMPILE_CACHE: compiled } })
    this.pid = this.#guard.pid ?? -1
    this.#guard.stdin?.on('error', () => undefined)
    const said = this.#guard.stdio[3] as Readable
    said.on('error', () => undefined)
    const lines = createInterface({ input: said })
    lines.on('line', (line) => this.#hear(line, said))
    const read = new Promise<void>((resolve) => lines.once('close', resolve))
    const gone = new Promise<void>((resolve) => {
      this.#guard.once('exit', () => resolve())
      this.#guard.once('error', () => resolve())
    })
    this.ended = Promise.all([gone, read]).then(() => this.#outcome)
  }

  /** Why the worker says that nobody knows whether it happened. */
  get unknown(): string | null {
    return this.#unknown
  }

  /** Gives it the step; from here on it dies at the deadline (monotonic milliseconds) unless that moves. */
  begin(work: Work, deadline: number, listener: Listener): void {
    this.#listener = listener
    this.#guard.stdin?.write(`${JSON.stringify({ deadline, work })}\n`)
  }

  /** Moves the deadline. */
  extend(deadline: number): void {
    if (this.#guard.stdin?.writable) (this.#guard.stdin as Writable).write(`${JSON.stringify({ deadline })}\n`)
  }

  /** Ends the whole group now: through the pipe, and directly in case the guard is stopped. */
  end(): void {
    this.#guard.stdin?.end()
    if (this.pid <= 0 || this.#guard.exitCode !== null || this.#guard.signalCode !== null) return
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
  }

  get alive(): boolean {
    return this.#guard.exitCode === null && this.#guard.signalCode === null && this.pid > 0
  }

  #hear(line: string, from: Readable): void {
    const said = JSON.parse(line) as Said
    if ('done' in said) {
      this.#outcome = said.done
      this.end()
    } else if ('unknown' in said) {
      this.#unknown = said.unknown
      this.end()
    } else if ('mark' in said) this.#listener?.mark(said.mark)
    else {
      this.#listener?.log(said.log)
      if (this.#listener?.full() && !from.isPaused()) this.#wait(from)
    }
  }

  #wait(from: Readable): void {
    from.pause()
    const look = setInterval(() => {
      if (this.#listener?.full() && this.alive) return
      clearInterval(look)
      from.resume()
    }, 50)
  }
}
