import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void

/** Answers JSON; nothing else about a response is ever varied here. */
export function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(text)), ...headers })
  response.end(text)
}

/** The whole body; more than `limit` bytes is refused while it is still arriving. */
export async function bodyOf(request: IncomingMessage, limit = 64 * 1024): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) throw new Error(`the body is longer than ${limit} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The body as a JSON object; null when it is anything else. */
export async function objectOf(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse((await bodyOf(request)).toString() || '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Listens on 127.0.0.1 and answers 500 with a sentence where a handler throws. */
export function serve(port: number, answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      try {
        await answer(request, response, new URL(request.url ?? '/', 'http://127.0.0.1'))
      } catch (error) {
        reply(response, 500, { because: error instanceof Error ? error.message : String(error) })
      }
    })()
  })
  // Longer than any caller keeps an idle connection: the caller closes first, so no request is lost on a dying one.
  server.keepAliveTimeout = 75_000
  return new Promise((settle, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(error.code === 'EADDRINUSE' ? new Error(`port ${port} on 127.0.0.1 is in use: is another Harbor running? Choose another port base`) : error))
    server.listen(port, '127.0.0.1', () => settle(server))
  })
}
