import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Instance } from '../protocol.ts'

export interface Supervisor {
  url: string
  host: string
  instances: Instance[]
  /** Bytes it was given, and bytes it offers for download under `/bytes/<digest>`. */
  held: Map<string, Buffer>
  offered: Map<string, Buffer>
  switches: { id: string; digest: string }[]
  switchMs: number
  open: boolean
  /** Every change it was asked for behind a closed door. */
  changes: string[]
  /** Versions that never become healthy. */
  broken: Set<string>
  config: { config: Record<string, unknown>; secrets: string[] }
  metrics: string
  close: () => Promise<void>
}

export const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** The supervisor API of the `process` driver for one service, with an entrance at `/checkout/version` that goes round its instances. */
export async function startSupervisor(instances: Instance[]): Promise<Supervisor> {
  let asked = 0
  const supervisor: Supervisor = {
    url: '', host: '', instances, held: new Map(), offered: new Map(), switches: [], switchMs: 20, open: true, changes: [], broken: new Set(), metrics: '',
    config: { config: {}, secrets: [] },
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', async () => {
      const body = Buffer.concat(parts)
      const path = request.url ?? ''
      const json = (status: number, data: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data))
      if (path === '/services/checkout') return json(200, { service: 'checkout', open: supervisor.open, instances: supervisor.instances.map((one) => ({ ...one, pid: 1, port: 2, restarts: 0 })) })
      if (path === '/services/checkout/config') return json(200, supervisor.config)
      if (path === '/checkout/version') {
        if (!supervisor.open) return json(503, { because: 'closed' })
        const healthy = supervisor.instances.filter((one) => one.state === 'healthy')
        const one = healthy[asked++ % Math.max(1, healthy.length)]
        return one ? json(200, { service: 'checkout', version: one.version, digest: one.digest }) : json(503, {})
      }
      if (path === '/metrics') return void response.writeHead(200).end(supervisor.metrics)
      const offered = /^\/bytes\/(.+)$/.exec(path)?.[1]
      if (offered) {
        const bytes = supervisor.offered.get(offered)
        return bytes ? void response.writeHead(200).end(bytes) : json(404, {})
      }
      const digest = /^\/artifacts\/(.+)$/.exec(path)?.[1]
      if (digest) {
        if (request.method === 'HEAD') return void response.writeHead(supervisor.held.has(digest) ? 200 : 404).end()
        if (digestOf(body) !== digest) return json(422, { because: 'these bytes have another digest' })
        supervisor.held.set(digest, body)
        return json(201, {})
      }
      const verb = /^\/services\/checkout\/(drain|stop|start|open)$/.exec(path)?.[1]
      if (verb) {
        supervisor.changes.push(verb)
        if (verb === 'drain' || verb === 'open') supervisor.open = verb === 'open'
        else {
          if (supervisor.open) return json(409, { because: 'users are let in' })
          const wanted = verb === 'start' ? (JSON.parse(body.toString()) as { digest: string; version: string }) : null
          if (wanted && !supervisor.held.has(wanted.digest)) return json(409, { because: 'not staged' })
          await new Promise((resolve) => setTimeout(resolve, supervisor.switchMs))
          for (const instance of supervisor.instances) Object.assign(instance, wanted ? { digest: wanted.digest, version: wanted.version, state: supervisor.broken.has(wanted.version) ? 'unhealthy' : 'healthy' } : { state: 'stopped' })
          if (wanted && supervisor.broken.has(wanted.version)) return json(422, { because: 'its health check answered 500' })
        }
        return json(200, { service: 'checkout', open: supervisor.open, instances: supervisor.instances })
      }
      const id = /^\/services\/checkout\/instances\/([^/]+)\/switch$/.exec(path)?.[1]
      const instance = supervisor.instances.find((one) => one.id === id)
      if (!id || !instance) return json(404, {})
      const wanted = JSON.parse(body.toString()) as { digest: string; version: string }
      if (!supervisor.held.has(wanted.digest)) return json(409, { because: 'not staged' })
      supervisor.switches.push({ id, digest: wanted.digest })
      instance.state = 'starting'
      await new Promise((resolve) => setTimeout(resolve, supervisor.switchMs))
      const healthy = !supervisor.broken.has(wanted.version)
      Object.assign(instance, { digest: wanted.digest, version: wanted.version, state: healthy ? 'healthy' : 'unhealthy' })
      return healthy ? json(200, { instance }) : json(422, { because: 'its health check answered 500' })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  supervisor.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  supervisor.url = `http://${supervisor.host}`
  return supervisor
}
