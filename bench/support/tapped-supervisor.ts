import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Supervisor } from '#agent/testing/supervisor.ts'
import { digestOf, startSupervisor } from '#agent/testing/supervisor.ts'
import { exactNow } from './clock.ts'

/** A supervisor of one service whose door notes when each request comes in: the first thing a step does in the world. */
export interface Tapped {
  url: string
  host: string
  supervisor: Supervisor
  requests: { at: number; method: string; path: string }[]
  close(): Promise<void>
}

export async function startTappedSupervisor(): Promise<Tapped> {
  const supervisor = await startSupervisor([1, 2].map((number) => ({ id: `checkout-${number}`, digest: null, version: null, state: 'healthy' as const })))
  supervisor.switchMs = 5
  supervisor.metrics = 'orders_total{code="200"} 1000\norders_total{code="500"} 1\n'
  const requests: Tapped['requests'] = []
  const door = createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request
    requests.push({ at: exactNow(), method, path })
    const inside = ask(supervisor.url + path, { method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    inside.on('error', () => response.destroy())
    request.pipe(inside)
  })
  await new Promise<void>((settle) => door.listen(0, '127.0.0.1', settle))
  const host = `127.0.0.1:${(door.address() as AddressInfo).port}`
  return {
    url: `http://${host}`, host, supervisor, requests,
    close: async () => {
      door.closeAllConnections()
      await new Promise((settle) => door.close(settle))
      await supervisor.close()
    },
  }
}

/** Bytes that both regions offer for download, under their digest. */
export function offer(tapped: readonly Tapped[], text: string): { digest: string; path: string } {
  const bytes = Buffer.from(text)
  const digest = digestOf(bytes)
  for (const { supervisor } of tapped) supervisor.offered.set(digest, bytes)
  return { digest, path: `/bytes/${digest}` }
}
