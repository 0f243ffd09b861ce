import { createServer } from 'node:http'
import type { Place } from './place.ts'
import { place } from './place.ts'
import type { SeededPlans } from './seed-plans.ts'

/** Lets a test reach the stack that the global setup holds. */
export async function serveControl(moves: Record<string, () => Promise<string>>): Promise<{ place: Place['control']; stop(): Promise<void> }> {
  const secret = crypto.randomUUID()
  const server = createServer((request, response) => {
    const move = moves[(request.url ?? '').slice(1)]
    if (!move || request.method !== 'POST' || request.headers.authorization !== `Bearer ${secret}`) return void response.writeHead(404).end('there is no such move')
    move().then(
      (said) => response.end(said),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as { port: number }
  return {
    place: { port, secret },
    stop: () =>
      new Promise((settle) => {
        server.close(() => settle())
        server.closeAllConnections()
      }),
  }
}

async function ask(move: string): Promise<string> {
  const { port, secret } = place().control
  const answer = await fetch(`http://127.0.0.1:${port}/${move}`, { method: 'POST', headers: { authorization: `Bearer ${secret}` } })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`${move}: ${said}`)
  return said
}

/** A pipeline releases something that goes bad; returns its version. */
export const breakTheShop = (): Promise<string> => ask('break/errors')

/** Puts plans beside those of the story: two that differ, and one of a thousand steps. */
export const seedPlans = async (): Promise<SeededPlans> => JSON.parse(await ask('plans/seed')) as SeededPlans

/** A lock named `argocd` is held for a run that nobody remembers. */
export const leaveLock = (): Promise<string> => ask('locks/leave')

/** The server dies in mid-flight, as by a power cut. */
export const killServer = (): Promise<string> => ask('server/kill')

export const startServer = (): Promise<string> => ask('server/start')
