'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import type { Problem } from '#lib/platform/fault.ts'
import type { QueryInput, QueryName, QueryOutput } from '#lib/wiring.ts'
import { ProblemError, unreachable } from './act.ts'
import type { Held } from './follow.ts'
import { follow, followingOf, notFollowing } from './follow.ts'
import type { Connection, LiveClient } from './live-client.ts'
import { address } from './routes.ts'

export type { Connection } from './live-client.ts'

/** A page that is here while the server is not must still find its way back. */
const fetchAgainMs = 2_000

const LiveContext = createContext<LiveClient | null>(null)

/** Opens the one socket of this page. What the server has rendered is shown at once; the socket's own code comes after it. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [client, setClient] = useState<LiveClient | null>(null)
  useEffect(() => {
    let gone = false
    let again: ReturnType<typeof setTimeout> | undefined
    const fetchIt = (): void =>
      void import('./live-client.ts').then(
        ({ createLiveClient }) => {
          if (!gone) setClient(createLiveClient())
        },
        () => {
          if (!gone) again = setTimeout(fetchIt, fetchAgainMs)
        },
      )
    fetchIt()
    return () => {
      gone = true
      clearTimeout(again)
    }
  }, [])
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

/** Browser milliseconds, to the second, at which the server was last heard from; 0 = never. */
export function useHeardAt(): number {
  const client = useContext(LiveContext)
  return useSyncExternalStore(client?.subscribe ?? none, () => Math.floor((client?.heardAt() ?? 0) / 1000) * 1000, () => 0)
}

export interface Live<T> {
  data: T | undefined
  /** Browser milliseconds at which this was last known to be current; 0 = never. */
  at: number
  state: Connection
  problem: Problem | null
}

async function load(name: QueryName, input: Record<string, unknown>): Promise<Held> {
  const { path, rest } = address(name, input)
  const search = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined).map(([key, value]) => [key, String(value)]))
  const response = await fetch(search.size ? `${path}?${search}` : path, { headers: { accept: 'application/json' } }).catch(() => null)
  const body: unknown = await response?.json().catch(() => null)
  if (!response || !body) throw new ProblemError(unreachable)
  if (!response.ok) throw new ProblemError(body as Problem)
  return { data: body, version: (response.headers.get('etag') ?? '').replaceAll('"', ''), at: Date.now() }
}

/**
 * A query that follows the truth: loaded over HTTP (or handed over by the server-rendered page), then kept current by
 * differences over the socket.
 */
export function useLive<N extends QueryName>(name: N, input: QueryInput<N>, initial?: { data: QueryOutput<N>; version: string }): Live<QueryOutput<N>> {
  const client = useContext(LiveContext)
  const cache = useQueryClient()
  const state = useConnection()
  const heardAt = useHeardAt()
  const inputKey = JSON.stringify(input)
  const key = useMemo(() => ['live', name, inputKey] as const, [name, inputKey])
  const [openedAt] = useState(() => Date.now())

  const query = useQuery<Held>({
    queryKey: key,
    queryFn: () => load(name, input as Record<string, unknown>),
    initialData: initial ? { ...initial, at: openedAt } : undefined,
    staleTime: Infinity,
    retry: (count, error) => count < 3 && !(error instanceof ProblemError && error.problem.status > 0 && error.problem.status < 500),
  })

  const subscribe = useCallback((listener: () => void) => (client ? follow(client, cache, key, listener) : () => {}), [client, cache, key])
  const following = useSyncExternalStore(subscribe, () => (client ? followingOf(client, key) : notFollowing), () => notFollowing)

  // While we are connected and nothing has come, nothing has changed: what is shown is as old as the last sign of life.
  const held = query.data
  return {
    data: held?.data as QueryOutput<N> | undefined,
    at: Math.max(held?.at ?? 0, state === 'live' && following.current ? heardAt : 0),
    state,
    problem: following.problem ?? (query.error instanceof ProblemError && !following.current ? query.error.problem : null),
  }
}
