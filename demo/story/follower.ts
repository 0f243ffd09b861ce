import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import { patch } from '#lib/platform/rules/diff.ts'
import type { Person } from '../person.ts'

interface Versioned {
  data: unknown
  version: string
}

/** A dashboard without a screen: follows one query over the socket exactly as a browser does. */
export interface Follower<T> {
  current(): T | undefined
  version(): string | undefined
  /** Every state it has shown, oldest first. */
  seen: readonly T[]
  /** Frames that did not fit what it held, so that it asked for the whole. */
  resyncs(): number
  close(): void
}

export async function follow<T>({ url, publicUrl }: { url: string; publicUrl: string }, person: Person, query: string, input: Record<string, unknown>): Promise<Follower<T>> {
  const socket: Socket = io(url, { path: '/live/', transports: ['websocket'], extraHeaders: { cookie: person.cookie, origin: publicUrl }, reconnectionDelay: 200, reconnectionDelayMax: 1_000, forceNew: true })
  let held: Versioned | undefined
  let room = ''
  let resyncs = 0
  const seen: T[] = []
  const show = (next: Versioned): void => {
    held = next
    seen.push(next.data as T)
  }
  const subscribe = (): Promise<void> =>
    new Promise((settle, fail) => {
      socket.timeout(8_000).emit('subscribe', { query, input, version: held?.version }, (error: Error | null, answer?: { room: string; version: string; data?: unknown; problem?: { detail: string; status: number } }) => {
        if (error || !answer) return void setTimeout(() => void subscribe().then(settle, fail), 500)
        if (answer.problem) return answer.problem.status >= 500 ? void setTimeout(() => void subscribe().then(settle, fail), 500) : fail(new Error(answer.problem.detail))
        room = answer.room
        if ('data' in answer) show({ data: answer.data, version: answer.version })
        settle()
      })
    })
  socket.on('frame', (frame: { room: string; version: string; from?: string; delta?: never; data?: unknown }) => {
    if (frame.room !== room || frame.version === held?.version) return
    if ('data' in frame) show({ data: frame.data, version: frame.version })
    else if (held && frame.from === held.version) show({ data: patch(held.data as never, frame.delta as never), version: frame.version })
    else {
      resyncs++
      void subscribe().catch(() => {})
    }
  })
  socket.on('away', ({ away }: { away: boolean }) => {
    if (!away) void subscribe().catch(() => {})
  })
  await new Promise<void>((settle, fail) => {
    let first = true
    socket.on('hello', () => {
      const asked = subscribe()
      if (first) asked.then(settle, fail)
      else asked.catch(() => {})
      first = false
    })
    socket.on('connect_error', (error) => first && !socket.active && fail(error))
  })
  return { current: () => held?.data as T | undefined, version: () => held?.version, seen, resyncs: () => resyncs, close: () => void socket.disconnect() }
}
