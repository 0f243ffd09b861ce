import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server } from 'socket.io'
import type { Actor } from './actor.ts'
import { env } from './env.ts'
import { isDatabaseAway } from './fault.ts'
import type { Hub } from './hub.ts'
import { log } from './log.ts'
import { personOf } from './session.ts'

export const livePath = '/live/'

/**
 * The sockets' door. We own the only `upgrade` listener: the path, the origin and the session are judged before
 * socket.io's parser sees a byte, since both the upgrade and the parser have been attacked before sign-in.
 */
export function createSockets(hub: Hub): { upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void; close(): Promise<void> } {
  // Attached to a server that never listens: that makes the engine, and leaves it no listener of its own.
  const io = new Server(createServer(), {
    path: livePath,
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    // A dashboard that hears nothing for six seconds says so: a wall that looks live and is not is worse than a dark one.
    pingInterval: 2_500,
    pingTimeout: 3_500,
    // A compressed frame costs the server more than it saves the reader: differences are small.
    perMessageDeflate: false,
  })
  io.use((socket, next) => {
    const actor = (socket.request as IncomingMessage & { actor?: Actor }).actor
    if (!actor) return next(new Error('unauthenticated'))
    socket.data['actor'] = actor
    next()
  })
  hub.attach(io)

  const refuse = (socket: Duplex, status: string): void => {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    socket.destroy()
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const target = request.url ?? ''
      if (!target.startsWith('/')) return refuse(socket, '400 Bad Request')
      if (!target.startsWith(livePath)) return refuse(socket, '404 Not Found')
      if (request.headers.origin !== new URL(env().PUBLIC_URL).origin) return refuse(socket, '403 Forbidden')
      personOf(request.headers.cookie).then(
        (actor) => {
          if (!actor) return refuse(socket, '401 Unauthorized')
          io.engine.handleUpgrade(Object.assign(request, { actor }), socket, head)
        },
        (error: unknown) => {
          if (!isDatabaseAway(error)) log('sockets').error({ err: error }, 'a session could not be looked up')
          refuse(socket, '503 Service Unavailable')
        },
      )
    },
    close: () => io.close(),
  }
}
