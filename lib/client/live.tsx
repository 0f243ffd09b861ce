'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import type { Problem } from '#lib/platform/fault.ts'
import type { Frame } from '#lib/platform/hub.ts'
import { patch } from '#lib/platform/rules/diff.ts'
import type { QueryInput, QueryName, QueryOutput } from '#lib/wiring.ts'
import { ProblemError } from './act.ts'
import { address } from './routes.ts'

/**
 * `live`: connected and following. `reconnecting`: what is shown may be old. `away`: connected, but the server cannot
 * read its database. `ended`: signed out.
 */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'away' | 'ended'

interface Versioned {
  data: unknown
  version: string
  /** When this was last known to be current, by this browser's clock. */
  at: number
}

interface LiveClient {
  socket: Socket
  state(): Connection
  subscribe(listener: () => void): () => void
}

const LiveContext = createContext<LiveClient | null>(null)

function createClient(): LiveClient {
  // Jitter keeps a thousand dashboards from coming back in the same instant.
  const socket = io({ path: '/live/', transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 4_000, randomizationFactor: 0.6, autoConnect: false })
  const listeners = new Set<() => void>()
  let connection: Connection = 'connecting'
  const become = (next: Connection): void => {
    if (connection === 'ended' && next !== 'live') return
    connection = next
    for (const listener of listeners) listener()
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
  socket.on('connect_error', () => become('reconnecting'))
  return {
    socket,
    state: () => connection,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Opens the one socket of this page. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client] = useState(() => (typeof window === 'undefined' ? null : createClient()))
  useEffect(() => {
    client?.socket.connect()
    return () => void client?.socket.disconnect()
  }, [client])
  return <LiveContext value={client}>{children}</LiveContext>
}

const none = (): (() => void) => () => {}

/** How this page is connected. */
export function useConnection(): Connection {
  const client = useContext(LiveContext)
  return useSyncExternalStore(client?.subscribe ?? none, () => client?.state() ?? 'connecting', () => 'connecting' as const)
}

export interface Live<T> {
  data: T | undefined
  /** Browser milliseconds at which this was last known to be current; 0 = never. */
  at: number
  state: Connection
  problem: Problem | null
}

async function load(name: QueryName, input: Record<string, unknown>): Promise<Versioned> {
  const { path, rest } = address(name, input)
  const search = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined).map(([key, value]) => [key, String(value)]))
  const response = await fetch(search.size ? `${path}?${search}` : path, { headers: { accept: 'application/json' } })
  const body: unknown = await response.json()
  if (!response.ok) throw new ProblemError(body as Problem)
  return { data: body, version: (response.headers.get('etag') ?? '').replaceAll('"', ''), at: Date.now() }
}

/**
 * A query that follows the truth: loaded over HTTP (or handed over by the server-rendered page), then kept current by
 * differences over the socket. A difference applies only to exactly the version it was made from; otherwise the whole is asked for.
 */
export function useLive<N extends QueryName>(name: N, input: QueryInput<N>, initial?: { data: QueryOutput<N>; version: string }): Live<QueryOutput<N>> {
  const client = useContext(LiveContext)
  const cache = useQueryClient()
  const state = useConnection()
  const inputKey = JSON.stringify(input)
  const key = useMemo(() => ['live', name, inputKey], [name, inputKey])
  const [lost, setLost] = useState<Problem | null>(null)
  const followed = useRef<string | null>(null)

  const query = useQuery<Versioned>({
    queryKey: key,
    queryFn: () => load(name, input as Record<string, unknown>),
    initialData: initial ? { ...initial, at: Date.now() } : undefined,
    staleTime: Infinity,
    retry: (count, error) => count < 3 && !(error instanceof ProblemError && error.problem.status < 500),
  })

  useEffect(() => {
    if (!client) return
    const { socket } = client
    let over = false

    const follow = (): void => {
      const held = cache.getQueryData<Versioned>(key)
      socket.timeout(8_000).emit('subscribe', { query: name, input: JSON.parse(inputKey) as unknown, version: held?.version }, (error: Error | null, answer?: (Partial<Frame> & { room: string; version: string }) | { problem: Problem }) => {
        if (over) return
        if (error || !answer) return void setTimeout(() => !over && socket.connected && follow(), 1_000)
        if ('problem' in answer) {
          setLost(answer.problem)
          // Away is not gone: ask again until the database is back.
          if (answer.problem.status >= 500) setTimeout(() => !over && socket.connected && follow(), 2_000)
          return
        }
        setLost(null)
        followed.current = answer.room
        if ('data' in answer) cache.setQueryData<Versioned>(key, { data: answer.data, version: answer.version, at: Date.now() })
        else cache.setQueryData<Versioned>(key, (old) => (old ? { ...old, at: Date.now() } : old))
      })
    }
    const onFrame = (frame: Frame): void => {
      if (frame.room !== followed.current) return
      const held = cache.getQueryData<Versioned>(key)
      if (held?.version === frame.version) return
      if ('data' in frame) cache.setQueryData<Versioned>(key, { data: frame.data, version: frame.version, at: Date.now() })
      else if (held?.version === frame.from) cache.setQueryData<Versioned>(key, { data: patch(held.data as never, frame.delta), version: frame.version, at: Date.now() })
      else follow()
    }
    const onLost = ({ room, problem }: { room: string; problem: Problem }): void => {
      if (room === followed.current) setLost(problem)
    }
    const onHello = (): void => follow()
    const onAway = ({ away }: { away: boolean }): void => {
      if (!away) follow()
    }
    socket.on('hello', onHello)
    socket.on('away', onAway)
    socket.on('frame', onFrame)
    socket.on('lost', onLost)
    if (socket.connected) follow()
    return () => {
      over = true
      socket.off('hello', onHello)
      socket.off('away', onAway)
      socket.off('frame', onFrame)
      socket.off('lost', onLost)
      if (followed.current && socket.connected) socket.emit('unsubscribe', followed.current)
      followed.current = null
    }
  }, [client, cache, key, name, inputKey])

  // While we are connected and nothing has come, nothing has changed: what is shown is current now.
  const current = state === 'live' && followed.current !== null && !lost
  return {
    data: query.data?.data as QueryOutput<N> | undefined,
    at: current ? Date.now() : (query.data?.at ?? 0),
    state,
    problem: lost ?? (query.error instanceof ProblemError ? query.error.problem : null),
  }
}
