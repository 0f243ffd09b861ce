import { Agent, request } from 'node:http'

/** Kept connections are given up well before a server would close them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 30_000 })

export type Outcome = { kind: 'answered'; status: number; body: string; headers: Record<string, string | string[] | undefined> } | { kind: 'late' } | { kind: 'unreachable'; because: string }

/** One request with an end: an answer, too late, or not reachable. Never throws. */
export function call(method: string, url: string, options: { body?: unknown; timeoutMs: number; headers?: Record<string, string> }): Promise<Outcome> {
  return new Promise((settle) => {
    const payload = options.body === undefined ? null : Buffer.isBuffer(options.body) ? options.body : Buffer.from(JSON.stringify(options.body))
    const headers = { ...(payload ? { 'content-type': Buffer.isBuffer(options.body) ? 'application/octet-stream' : 'application/json', 'content-length': String(payload.length) } : {}), ...options.headers }
    const outgoing = request(url, { method, agent, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => finish({ kind: 'answered', status: response.statusCode ?? 0, body: Buffer.concat(parts).toString(), headers: response.headers }))
      response.on('error', (error) => finish({ kind: 'unreachable', because: error.message }))
    })
    const deadline = setTimeout(() => {
      finish({ kind: 'late' })
      outgoing.destroy()
    }, options.timeoutMs)
    const finish = (outcome: Outcome): void => {
      clearTimeout(deadline)
      settle(outcome)
    }
    outgoing.on('error', (error: NodeJS.ErrnoException) => finish({ kind: 'unreachable', because: error.code ?? error.message }))
    outgoing.end(payload ?? undefined)
  })
}
