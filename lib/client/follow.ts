import type { QueryClient } from '@tanstack/react-query'
import type { Problem } from '#lib/platform/fault.ts'
import type { Frame } from '#lib/platform/hub.ts'
import { patch } from '#lib/platform/rules/diff.ts'
import type { LiveClient } from './live-client.ts'

/** A result as this browser holds it. */
export interface Held {
  data: unknown
  version: string
  /** When it was last known to be current, by this browser's clock. */
  at: number
}

/** How the following of one result goes. */
export interface Following {
  /** The server tells us of every change. */
  current: boolean
  problem: Problem | null
}

interface Follower {
  count: number
  listeners: Set<() => void>
  state: Following
  stop(): void
}

type Answer = (Partial<Frame> & { room: string; version: string }) | { problem: Problem }

export const notFollowing: Following = { current: false, problem: null }

const followers = new WeakMap<LiveClient, Map<string, Follower>>()

/** How a result is being followed now. */
export const followingOf = (client: LiveClient, key: readonly [string, string, string]): Following => followers.get(client)?.get(key.join(' '))?.state ?? notFollowing

/**
 * Follows one result for as long as anybody on the page shows it: the second who does shares the first one's
 * subscription, and only the last one to leave ends it.
 */
export function follow(client: LiveClient, cache: QueryClient, key: readonly ['live', string, string], listener: () => void): () => void {
  const mine = followers.get(client) ?? new Map<string, Follower>()
  followers.set(client, mine)
  const name = key.join(' ')
  const follower = mine.get(name) ?? start(client, cache, key, () => mine.has(name))
  mine.set(name, follower)
  follower.count++
  follower.listeners.add(listener)
  return () => {
    follower.listeners.delete(listener)
    if (--follower.count > 0) return
    mine.delete(name)
    follower.stop()
  }
}

function start({ socket, heardAt }: LiveClient, cache: QueryClient, key: readonly ['live', string, string], heldAgain: () => boolean): Follower {
  const [, query, input] = key
  let over = false
  let room: string | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  const become = (state: Following): void => {
    follower.state = state
    for (const listener of follower.listeners) listener()
  }
  const hold = (next: (old: Held | undefined) => Held | undefined): void => void cache.setQueryData<Held>(key, next)
  const again = (ms: number): void => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => !over && socket.connected && ask(), ms)
  }

  const fail = (problem: Problem): void => {
    become({ current: false, problem })
    // Trouble on the other side is not the end: ask again until it is over.
    if (problem.status >= 500) again(2_000)
  }

  /** Names the version we hold; the server answers with the whole only where it has another. */
  const ask = (): void => {
    const version = cache.getQueryData<Held>(key)?.version
    socket.timeout(8_000).emit('subscribe', { query, input: JSON.parse(input) as unknown, version }, (error: Error | null, answer?: Answer) => {
      if (over) {
        // Nobody waits for it any more, unless somebody came back meanwhile.
        if (answer && 'room' in answer && !heldAgain()) socket.emit('unsubscribe', answer.room)
        return
      }
      if (error || !answer) return again(1_000)
      if ('problem' in answer) return fail(answer.problem as Problem)
      room = answer.room
      if ('data' in answer) hold(() => ({ data: answer.data, version: answer.version, at: Date.now() }))
      else hold((old) => (old ? { ...old, at: Date.now() } : old))
      become({ current: true, problem: null })
    })
  }
  const onFrame = (frame: Frame): void => {
    if (frame.room !== room) return
    const held = cache.getQueryData<Held>(key)
    if (held?.version === frame.version) return
    // A difference applies only to exactly the version it was made from; otherwise the whole is asked for.
    if ('data' in frame) hold(() => ({ data: frame.data, version: frame.version, at: Date.now() }))
    else if (held?.version === frame.from) hold(() => ({ data: patch(held.data as never, frame.delta), version: frame.version, at: Date.now() }))
    else ask()
  }
  const onLost = (lost: { room: string; problem: Problem }): void => {
    if (lost.room === room) fail(lost.problem)
  }
  const onAway = ({ away }: { away: boolean }): void => {
    if (away) become({ ...follower.state, current: false })
    else ask()
  }
  const onDisconnect = (): void => {
    room = null
    // What we hold was true when the server was last heard from; that it is gone is noticed only later.
    if (follower.state.current) hold((old) => (old ? { ...old, at: Math.max(old.at, heardAt()) } : old))
    become({ ...follower.state, current: false })
  }

  const follower: Follower = {
    count: 0,
    listeners: new Set(),
    state: notFollowing,
    stop() {
      over = true
      if (timer) clearTimeout(timer)
      socket.off('hello', ask)
      socket.off('away', onAway)
      socket.off('frame', onFrame)
      socket.off('lost', onLost)
      socket.off('disconnect', onDisconnect)
      if (room && socket.connected) socket.emit('unsubscribe', room)
    },
  }
  socket.on('hello', ask)
  socket.on('away', onAway)
  socket.on('frame', onFrame)
  socket.on('lost', onLost)
  socket.on('disconnect', onDisconnect)
  if (socket.connected) ask()
  return follower
}
