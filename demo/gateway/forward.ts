import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { reply } from '../shared/http.ts'
import type { Upstream } from './upstreams.ts'

const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'])
const answerWithinMs = 5_000

export type Forwarded = 'done' | 'unreachable'

/**
 * Passes one request on and streams the answer back. `unreachable` is only said while nothing has been sent to the client:
 * the caller may then ask another instance, or answer 502.
 */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, upstream: Upstream, path: string): Promise<Forwarded> {
  upstream.inFlight++
  return new Promise<Forwarded>((settle) => {
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name)))
    const passed = request(upstream.url + path, { method: incoming.method, agent: upstream.agent, headers: { ...headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' } })
    const deadline = setTimeout(() => {
      reply(outgoing, 504, { because: `${upstream.id} did not answer within ${answerWithinMs / 1_000} s` }, { 'x-instance': upstream.id })
      passed.destroy()
    }, answerWithinMs)
    // A client that left is not worth an instance's work.
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) passed.destroy()
    })
    passed.on('response', (answer) => {
      clearTimeout(deadline)
      if (outgoing.headersSent || outgoing.destroyed) return void answer.resume()
      const kept = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name)))
      outgoing.writeHead(answer.statusCode ?? 502, { ...kept, 'x-instance': upstream.id })
      answer.on('error', () => outgoing.destroy())
      answer.pipe(outgoing)
    })
    passed.on('error', () => {
      if (!outgoing.headersSent && !outgoing.destroyed) {
        upstream.healthy = false
        settle('unreachable')
      }
    })
    passed.on('close', () => {
      clearTimeout(deadline)
      settle('done')
    })
    incoming.pipe(passed)
  }).finally(() => void upstream.inFlight--)
}
