import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'

/**
 * `live`: connected and following. `reconnecting`: what is shown may be old. `away`: the server cannot read its
 * database. `ended`: signed out.
 */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'away' | 'ended'

/** The one socket of a page, how it is, and when it was last heard from. */
export interface LiveClient {
  socket: Socket
  state(): Connection
  /** This browser's milliseconds at which the server was last heard from; 0 = never. */
  heardAt(): number
  subscribe(listener: () => void): () => void
}

/** At most this often we ask over HTTP why the socket is refused: a browser does not tell. */
const probeEveryMs = 3_000

/** Opens nothing yet: `client.socket.connect()` does. */
export function createLiveClient(): LiveClient {
  // Jitter keeps a thousand dashboards from coming back in the same instant.
  const socket = io({ path: '/live/', transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 4_000, randomizationFactor: 0.6, autoConnect: false })
  const listeners = new Set<() => void>()
  let connection: Connection = 'connecting'
  let heard = 0
  let probedAt = 0

  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const become = (next: Connection): void => {
    if (connection === next || (connection === 'ended' && next !== 'live')) return
    connection = next
    tell()
  }
  const hear = (): void => {
    const before = Math.floor(heard / 1000)
    heard = Date.now()
    if (Math.floor(heard / 1000) !== before) tell()
  }

  /** The upgrade was refused: signed out, database away, or nobody there. */
  const probe = (): void => {
    become('reconnecting')
    if (Date.now() - probedAt < probeEveryMs) return
    probedAt = Date.now()
    fetch('/api/v1/me', { headers: { accept: 'application/json' } }).then(
      ({ status }) => {
        if (socket.connected) return
        if (status === 401) become('ended')
        else if (status === 503) become('away')
      },
      () => {},
    )
  }

  socket.on('hello', ({ away }: { away: boolean }) => become(away ? 'away' : 'live'))
  socket.on('away', ({ away }: { away: boolean }) => become(away ? 'away' : 'live'))
  socket.on('signed-out', ({ ended }: { ended: boolean }) => {
    if (ended) become('ended')
  })
  socket.on('disconnect', (reason) => {
    become('reconnecting')
    // The server closes a socket whose rights changed; whoever still may comes back by itself.
    if (reason === 'io server disconnect' && connection !== 'ended') socket.connect()
  })
  socket.on('connect_error', probe)
  socket.onAny(hear)
  socket.io.on('ping', hear)

  return {
    socket,
    state: () => connection,
    heardAt: () => heard,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
