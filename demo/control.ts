import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Breakage } from './break-the-shop.ts'

/** Lets `npm run demo:break` reach the demo that runs in another terminal. The file holds port and secret, for this user only. */
export async function startControl(file: string, breakIt: (kind: Breakage) => Promise<string>): Promise<() => Promise<void>> {
  const secret = crypto.randomUUID()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.method !== 'POST' || request.headers.authorization !== `Bearer ${secret}`) return void response.writeHead(404).end()
    breakIt(url.pathname.slice(1) as Breakage).then(
      (version) => response.end(version),
      (error: Error) => response.writeHead(409).end(error.message),
    )
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as { port: number }
  writeFileSync(file, JSON.stringify({ port, secret }), { mode: 0o600 })
  return async () => {
    rmSync(file, { force: true })
    await new Promise((settle) => server.close(settle))
  }
}

/** Asks the running demo to release something bad; returns the version. */
export async function askToBreak(file: string, kind: Breakage): Promise<string> {
  let place: { port: number; secret: string }
  try {
    place = JSON.parse(readFileSync(file, 'utf8')) as typeof place
  } catch {
    throw new Error('no demo is running; start it with: npm run demo')
  }
  const response = await fetch(`http://127.0.0.1:${place.port}/${kind}`, { method: 'POST', headers: { authorization: `Bearer ${place.secret}` } })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
