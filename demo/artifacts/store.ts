import { createReadStream, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { reply, serve } from '../shared/http.ts'

/** Hands out archives by digest, and nothing else that may lie in the folder. */
export function startStore(folder: string, port: number): Promise<Server> {
  return serve(port, (request, response, url) => {
    const name = url.pathname.slice(1)
    if (!/^sha256-[0-9a-f]{64}\.tgz$/.test(name)) return reply(response, 404, { because: 'an address here is /sha256-<hex>.tgz' })
    const file = join(folder, name)
    const size = statSync(file, { throwIfNoEntry: false })?.size
    if (size === undefined) return reply(response, 404, { because: 'there is no artifact with this digest' })
    response.writeHead(200, { 'content-type': 'application/gzip', 'content-length': String(size), 'cache-control': 'public, max-age=31536000, immutable' })
    if (request.method === 'HEAD') return void response.end()
    const stream = createReadStream(file)
    stream.on('error', () => response.destroy())
    stream.pipe(response)
  })
}
