import { request as plainRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { request as secureRequest } from 'node:https'
import { Because } from './because.ts'

export interface Asked {
  method: string
  url: string
  headers?: Record<string, string>
  body?: string | undefined
  signal: AbortSignal
  timeoutMs?: number
  /** Certificates to trust instead of the system's, PEM. */
  ca?: string | undefined
  /** Where it may go, redirects included, as `host` or `host:port`; null = the address comes from the agent's own configuration. */
  hosts: readonly string[] | null
}

export interface Answered {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

const quickMs = 30_000
const longestAnswer = 1024 * 1024
const mostRedirects = 3

/** One request with an end. Fails with a sentence where no whole answer comes; any status is an answer. Redirects are followed for what only reads, and only to allowed places. */
export async function ask(asked: Asked): Promise<Answered> {
  let url = new URL(asked.url)
  for (let hop = 0; ; hop++) {
    if (asked.hosts && !asked.hosts.includes(url.host)) throw new Because(`${url.host} is not one of the hosts this agent may ask (http.hosts)`)
    const answer = await once(url, asked)
    const next = answer.headers.location
    const redirects = answer.status >= 300 && answer.status < 400 && answer.status !== 304 && next
    if (!redirects || !['GET', 'HEAD'].includes(asked.method)) return answer
    if (hop >= mostRedirects) throw new Because(`${new URL(asked.url).host} redirected more than ${mostRedirects} times`)
    const to = new URL(next, url)
    // Headers may hold secrets: they go where they were meant to go and nowhere else.
    if (to.origin !== url.origin) asked = { ...asked, headers: {} }
    if (asked.hosts === null && to.origin !== url.origin) throw new Because(`${url.host} redirects to ${to.host}, which this agent's configuration does not name`)
    url = to
  }
}

function once(url: URL, { method, headers = {}, body, signal, timeoutMs = quickMs, ca }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const fail = (why: string): void => reject(new Because(`${url.host} cannot be asked (${why})`))
    const sentence = (error: NodeJS.ErrnoException): string => (signal.aborted ? 'the time for this step was over' : late.aborted ? `no whole answer within ${Math.round(timeoutMs / 1000)} s` : (error.code ?? error.message))
    const make = url.protocol === 'https:' ? secureRequest : plainRequest
    const outgoing = make(url, { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, signal: late, ...(ca ? { ca } : {}) }, (answer) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        if (size > longestAnswer) {
          fail(`it answered with more than ${longestAnswer} bytes`)
          outgoing.destroy()
        } else parts.push(part)
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString('utf8') }))
      answer.on('error', (error) => fail(sentence(error)))
    })
    outgoing.on('error', (error) => fail(sentence(error)))
    outgoing.end(body)
  })
}

/** What an answer holds as JSON; null where it is not JSON. */
export function jsonOf({ text }: Answered): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** The beginning of what somebody answered, for a sentence. */
export const beginningOf = (text: string, length = 300): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length)} …`
}
