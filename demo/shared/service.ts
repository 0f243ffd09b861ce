import type { Server } from 'node:http'
import { type Answer, reply, serve } from './http.ts'
import { leaveWithParent } from './leave-with-parent.ts'
import { counter, histogram } from './metrics.ts'
import type { Place, Release } from './release.ts'

export type Route = [method: string, path: string, answer: Answer]

/** What every service has in common: who it is, whether it is well, what it counted, and a way to end without dropping anyone. */
export async function runService(release: Release, place: Place, routes: readonly Route[], close: () => Promise<void>): Promise<Server> {
  const { service, version } = release
  const { digest, instance, region } = place
  const requests = counter('http_requests_total', 'Requests answered, by status code.')
  const durations = histogram('http_request_duration_seconds', 'How long answers took.')

  const server = await serve(place.port, async (request, response, url) => {
    if (url.pathname === '/healthz') return reply(response, 200, { ok: true, instance, digest })
    if (url.pathname === '/version') return reply(response, 200, { service, version, digest, instance, region })
    if (url.pathname === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      return void response.end(requests.text() + durations.text())
    }
    const began = performance.now()
    response.once('close', () => {
      requests.add({ service, code: String(response.statusCode) })
      durations.observe({ service }, (performance.now() - began) / 1_000)
    })
    const route = routes.find(([method, path]) => method === request.method && matches(path, url.pathname))
    if (!route) return reply(response, 404, { because: `${service} has no ${request.method} ${url.pathname}` })
    await route[2](request, response, url)
  })

  leaveWithParent(async () => {
    // A kept connection may become idle only after its last answer.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    await new Promise<void>((settle) => server.close(() => settle()))
    clearInterval(sweep)
    await close()
  }, 4_000)
  return server
}

/** `/orders/*` takes one more part; nothing else is a pattern. */
const matches = (path: string, asked: string): boolean => (path.endsWith('/*') ? asked.startsWith(path.slice(0, -1)) && !asked.slice(path.length - 1).includes('/') && asked.length >= path.length : path === asked)
