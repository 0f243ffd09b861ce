import { Guarded } from './guarded.ts'

/** Guards made ahead of time: two processes take a while to start, and a rollback should not wait for them. One is ready while nothing is done, more while something is. */
export class GuardPool {
  readonly #most: number
  readonly #compiled: string
  #ready: Guarded[] = []
  #busy = 0
  #closed = false

  constructor(most: number, compiled: string) {
    this.#most = most
    this.#compiled = compiled
  }

  /** A guard that is ready where there is one; it counts as busy until it has ended. */
  take(): Guarded {
    this.#ready = this.#ready.filter((one) => one.alive)
    const taken = this.#ready.shift() ?? new Guarded(this.#compiled)
    this.#busy += 1
    void taken.ended.finally(() => (this.#busy -= 1))
    // After this turn: what was taken gets its work first.
    setImmediate(() => this.fill())
    return taken
  }

  /** Makes what is missing. */
  fill(): void {
    if (this.#closed) return
    this.#ready = this.#ready.filter((one) => one.alive)
    const wanted = Math.min(this.#most, 1 + this.#busy)
    while (this.#ready.length < Math.min(wanted, mostReady)) this.#ready.push(new Guarded(this.#compiled))
  }

  close(): void {
    this.#closed = true
    for (const one of this.#ready) one.end()
  }
}

/** Each takes some 80 MB while it waits. */
const mostReady = 2
