import { Agent, get } from 'node:http'

export interface UpstreamWish {
  id: string
  url: string
  draining: boolean
}

/** What the supervisor wants of a service. It is always said whole, so that a gateway that has forgotten cannot let users into a closed one. */
export interface ServiceWish {
  closed: boolean
  upstreams: readonly UpstreamWish[]
}

export interface Upstream extends UpstreamWish {
  healthy: boolean
  inFlight: number
  agent: Agent
}

const checkEveryMs = 300
const checkTimeoutMs = 2_000
const drainMs = 5_000

/** Which instances of each service may get requests, kept true by asking them. */
export interface Upstreams {
  /** The next instance in turn; null when none is healthy and open, or the service is closed. */
  pick(service: string, not?: Upstream): Upstream | null
  /** Makes the list so. Answers once what now drains is empty, and what now opens has been asked. */
  set(service: string, wish: ServiceWish): Promise<void>
  /** True while the service is closed on purpose: nobody is let in, whatever is healthy. */
  closed(service: string): boolean
  list(): Record<string, { id: string; url: string; draining: boolean; healthy: boolean; inFlight: number }[]>
  close(): void
}

export function keepUpstreams(): Upstreams {
  const services = new Map<string, { closed: boolean; upstreams: Upstream[]; turn: number }>()

  const check = async (upstream: Upstream): Promise<void> => {
    upstream.healthy = await healthy(upstream)
  }
  const checking = new Set<Upstream>()
  const timer = setInterval(() => {
    for (const { upstreams } of services.values()) {
      for (const upstream of upstreams) {
        if (checking.has(upstream)) continue
        checking.add(upstream)
        void check(upstream).finally(() => checking.delete(upstream))
      }
    }
  }, checkEveryMs)

  return {
    pick: (service, not) => {
      const known = services.get(service)
      if (!known || known.closed) return null
      const open = known.upstreams.filter((upstream) => upstream.healthy && !upstream.draining && upstream !== not)
      return open[known.turn++ % open.length] ?? null
    },
    closed: (service) => services.get(service)?.closed ?? false,
    set: async (service, { closed: closing, upstreams: wishes }) => {
      const known = services.get(service) ?? { closed: closing, upstreams: [], turn: 0 }
      services.set(service, known)
      const reopening = known.closed && !closing
      known.closed = closing
      const opened: Upstream[] = []
      const closed: Upstream[] = []
      const next = wishes.map((wish) => {
        const same = known.upstreams.find((upstream) => upstream.id === wish.id && upstream.url === wish.url)
        const upstream = same ?? { ...wish, healthy: false, inFlight: 0, agent: new Agent({ keepAlive: true, maxSockets: 128, timeout: 30_000 }) }
        if (!wish.draining && (!same || same.draining || reopening)) opened.push(upstream)
        if (wish.draining || closing) closed.push(upstream)
        upstream.draining = wish.draining
        return upstream
      })
      closed.push(...known.upstreams.filter((upstream) => !next.includes(upstream)))
      known.upstreams = next
      await Promise.all([...opened.map(check), ...closed.map(emptied)])
    },
    list: () => Object.fromEntries([...services].map(([service, { upstreams }]) => [service, upstreams.map(({ id, url, draining, healthy: well, inFlight }) => ({ id, url, draining, healthy: well, inFlight }))])),
    close: () => clearInterval(timer),
  }
}

/** In-flight requests may finish; after the limit nobody waits any longer. */
async function emptied(upstream: Upstream): Promise<void> {
  const until = performance.now() + drainMs
  while (upstream.inFlight > 0 && performance.now() < until) await new Promise((settle) => setTimeout(settle, 20))
}

/** A health check has its own connection, so that a full pool cannot make an instance look ill. */
function healthy(upstream: Upstream): Promise<boolean> {
  return new Promise((settle) => {
    const asking = get(`${upstream.url}/healthz`, { timeout: checkTimeoutMs }, (response) => {
      response.resume()
      response.on('end', () => settle(response.statusCode === 200))
      response.on('error', () => settle(false))
    })
    asking.on('timeout', () => asking.destroy())
    asking.on('error', () => settle(false))
    asking.on('close', () => settle(false))
  })
}
