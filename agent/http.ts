import type { KeyObject } from 'node:crypto'
import { authorization } from './sign.ts'

/** The server understood and said no; asking the same again will not help. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly problem: Record<string, unknown>

  constructor(status: number, problem: Record<string, unknown>) {
    super(String(problem['detail'] ?? problem['title'] ?? `the server answered ${status}`))
    this.status = status
    this.code = String(problem['code'] ?? '')
    this.problem = problem
  }
}

/** No usable answer: not reached, too slow, overloaded, or failing. Asking again may help. */
export class Unreachable extends Error {
  /** How long the server asked us to wait. */
  readonly retryAfterMs: number | null

  constructor(message: string, retryAfterMs: number | null = null) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

export interface PostOptions {
  timeoutMs: number
  signal?: AbortSignal
}

export interface Server {
  post<R>(path: string, body: Record<string, unknown>, options: PostOptions): Promise<R>
  /** The server's wall clock as far as we know; only for timestamps. */
  now(): number
  /** Learns the difference between the clocks from the server's own time. */
  learnNow(serverNow: number): void
}

function wait({ timeoutMs, signal }: PostOptions): AbortSignal {
  const late = AbortSignal.timeout(Math.ceil(timeoutMs))
  return signal ? AbortSignal.any([late, signal]) : late
}

/** One POST of JSON; the headers are made from the body as it is sent. */
export async function postJson(url: string, body: Record<string, unknown>, options: PostOptions, headers: (body: string) => Record<string, string> = () => ({})): Promise<unknown> {
  const text = JSON.stringify(body)
  let response: Response
  let answer: unknown
  try {
    response = await fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers(text) }, signal: wait(options), redirect: 'error' })
    answer = await response.json().catch(() => null)
  } catch (error) {
    throw new Unreachable(sentenceOf(error))
  }
  if (response.ok && typeof answer === 'object' && answer !== null) return answer
  if (response.status === 429 || response.status >= 500 || response.ok) {
    const after = Number(response.headers.get('retry-after'))
    throw new Unreachable(`the server answered ${response.status}`, after > 0 ? Math.min(after, 60) * 1000 : null)
  }
  throw new Refused(response.status, (answer ?? {}) as Record<string, unknown>)
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the server cannot be reached'
  if (error.name === 'TimeoutError') return 'the server did not answer in time'
  if (error.name === 'AbortError') return 'the request was given up'
  const cause = error.cause as { code?: string; message?: string } | undefined
  return `the server cannot be reached (${cause?.code ?? cause?.message ?? error.message})`
}

/** The command center, asked with our signature. A clock that is off is learnt once and the request sent again. */
export function connect(server: string, agentId: string, key: KeyObject): Server {
  let offset = 0
  const now = (): number => Date.now() + offset

  const send = (path: string, body: Record<string, unknown>, options: PostOptions): Promise<unknown> => {
    const url = new URL(`${server}${path}`)
    return postJson(url.href, body, options, (text) => ({ authorization: authorization(key, agentId, { method: 'POST', path: url.pathname + url.search, body: text, millis: Math.round(now()) }) }))
  }

  return {
    now,
    learnNow(serverNow) {
      offset = serverNow - Date.now()
    },
    async post<R>(path: string, body: Record<string, unknown>, options: PostOptions): Promise<R> {
      try {
        return (await send(path, body, options)) as R
      } catch (error) {
        const serverNow = error instanceof Refused && error.code === 'clock_skew' ? Number(error.problem['now']) : NaN
        if (!Number.isFinite(serverNow)) throw error
        offset = serverNow - Date.now()
        return (await send(path, body, options)) as R
      }
    },
  }
}
