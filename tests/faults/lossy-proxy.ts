import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One answer that was thrown away after the server had given it. */
export interface Loss {
  method: string
  /** The path with ids left out, so that every kind of write is one. */
  route: string
  status: number
}

export interface LossyProxy {
  url: string
  losses: readonly Loss[]
  /** Which kinds of write went through at all: `POST /api/v1/runs`. */
  writes: ReadonlySet<string>
  stop(): Promise<void>
}

const routeOf = (path: string): string => (path.split('?')[0] ?? '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')

/** Whether the answer to a write is thrown away. */
export type Lose = (write: { route: string; nth: number; status: number }) => boolean

/** Stands between a client and the server. The request always arrives whole; some answers to writes never come back: the connection is cut. */
export async function startLossyProxy(target: () => string, lose: Lose): Promise<LossyProxy> {
  const losses: Loss[] = []
  const counts = new Map<string, number>()
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming
    const to = new URL(url, target())
    const upstream = request(to, { method, headers: { ...incoming.headers, host: to.host } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        if (method !== 'GET' && method !== 'HEAD') {
          const route = `${method} ${routeOf(url)}`
          const nth = (counts.get(route) ?? 0) + 1
          counts.set(route, nth)
          if (lose({ route, nth, status })) {
            losses.push({ method, route, status })
            incoming.socket.destroy()
            return
          }
        }
        outgoing.writeHead(status, answer.headers).end(Buffer.concat(parts))
      })
      answer.on('error', () => incoming.socket.destroy())
    })
    upstream.on('error', () => incoming.socket.destroy())
    incoming.on('error', () => upstream.destroy())
    outgoing.on('close', () => {
      if (!outgoing.writableEnded) upstream.destroy()
    })
    incoming.pipe(upstream)
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    losses,
    get writes() {
      return new Set(counts.keys())
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((settle) => server.close(settle))
    },
  }
}
