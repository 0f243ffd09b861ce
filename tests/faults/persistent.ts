import { randomUUID } from 'node:crypto'
import { Refusal } from '#demo/person.ts'
import type { Person } from '#demo/person.ts'

/** What a client did until it was answered: how often it had to ask. */
export interface Persistence {
  person: Pick<Person, 'get' | 'send'>
  /** Requests that were sent again because no answer came, or none that says whether it was done. */
  again(): number
}

const maySayNothing = (error: unknown): boolean => !(error instanceof Refusal) || error.status === 503 || error.status === 502

/** As the pages do it: the same request under the same Idempotency-Key, until somebody says what became of it. */
export function persistent(url: () => string, { cookie }: Pick<Person, 'cookie'>, origin: string, withinMs = 60_000): Persistence {
  let again = 0
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const key = randomUUID()
    const deadline = performance.now() + withinMs
    for (;;) {
      try {
        const answer = await fetch(url() + path, {
          method,
          headers: { cookie, origin, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(10_000),
        })
        const said = (await answer.json()) as Record<string, unknown>
        if (answer.ok) return said as T
        throw new Refusal(answer.status, said)
      } catch (error) {
        if (!maySayNothing(error) || performance.now() > deadline) throw error
        again++
        await new Promise((settle) => setTimeout(settle, 150))
      }
    }
  }
  return { person: { get: (path) => ask('GET', path), send: (method, path, body = {}) => ask(method, path, body) }, again: () => again }
}
