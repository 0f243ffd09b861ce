import { bodyOf, reply, serve } from '../shared/http.ts'
import { leaveWithParent } from '../shared/leave-with-parent.ts'
import { counter, histogram } from '../shared/metrics.ts'
import { forward } from './forward.ts'
import { keepUpstreams, type ServiceWish } from './upstreams.ts'

/** Where users of one region come in: `/<service>/…`, and `/-/…` for the supervisor and whoever measures. */
const port = Number(process.argv[2])
const upstreams = keepUpstreams()
const requests = counter('gateway_requests_total', 'Requests answered, by service and status code.')
const turnedAway = counter('gateway_turned_away_total', 'Requests turned away while a service was closed on purpose; in no other figure.')
const durations = histogram('gateway_request_duration_seconds', 'How long answers took, by service.')

const server = await serve(port, async (request, response, url) => {
  const [, service = '', ...rest] = url.pathname.split('/')
  if (service === '-') {
    if (rest[0] === 'metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      return void response.end(requests.text() + turnedAway.text() + durations.text())
    }
    if (rest[0] === 'upstreams' && request.method === 'GET') return reply(response, 200, upstreams.list())
    if (rest[0] === 'upstreams' && rest[1] && request.method === 'PUT') {
      const wish = readWish((await bodyOf(request)).toString())
      if (!wish) return reply(response, 400, { because: 'the body must be { closed, upstreams: a list of { id, url, draining } }' })
      // Counters that start at zero make a first error a difference and not a discovery.
      for (const code of ['200', '500', '502', '503', '504']) requests.add({ service: rest[1], code }, 0)
      await upstreams.set(rest[1], wish)
      return reply(response, 200, { closed: upstreams.closed(rest[1]), upstreams: upstreams.list()[rest[1]] ?? [] })
    }
    return reply(response, 404, { because: 'here are GET /-/metrics, GET /-/upstreams and PUT /-/upstreams/<service>' })
  }
  if (!(service in upstreams.list())) return reply(response, 404, { because: `there is no service ${service} here` })

  // Turned away at once and counted apart: a service that is closed on purpose says nothing about how well it serves.
  if (upstreams.closed(service)) {
    turnedAway.add({ service })
    return reply(response, 503, { because: `${service} is closed while it is being changed` }, { 'retry-after': '2' })
  }

  const began = performance.now()
  response.once('close', () => {
    // 499: the client left before the answer was there.
    requests.add({ service, code: response.headersSent ? String(response.statusCode) : '499' })
    durations.observe({ service }, (performance.now() - began) / 1_000)
  })
  const path = `/${rest.join('/')}${url.search}`
  const first = upstreams.pick(service)
  if (!first) return reply(response, 503, { because: `no instance of ${service} is healthy` })
  if ((await forward(request, response, first, path)) === 'done') return
  // Only what changes nothing is asked twice.
  const second = request.method === 'GET' || request.method === 'HEAD' ? upstreams.pick(service, first) : null
  if (second && (await forward(request, response, second, path)) === 'done') return
  reply(response, 502, { because: `${(second ?? first).id} could not be reached` })
})

function readWish(text: string): ServiceWish | null {
  try {
    const { closed, upstreams: wishes } = JSON.parse(text) as Partial<ServiceWish>
    const well = typeof closed === 'boolean' && Array.isArray(wishes) && wishes.every((one: Partial<ServiceWish['upstreams'][number]> | null) => typeof one?.id === 'string' && typeof one.url === 'string' && one.url.startsWith('http://') && typeof one.draining === 'boolean')
    return well ? { closed, upstreams: wishes } : null
  } catch {
    return null
  }
}

leaveWithParent(() => {
  upstreams.close()
  server.close()
  server.closeAllConnections()
  return Promise.resolve()
}, 1_000)
