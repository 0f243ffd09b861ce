import { QueryClient } from '@tanstack/react-query'
import type { Socket } from 'socket.io-client'
import { expect, test, vi } from 'vitest'
import type { Held } from './follow.ts'
import { follow, followingOf } from './follow.ts'
import type { LiveClient } from './live-client.ts'

type Listener = (...values: never[]) => void
type Ack = (error: Error | null, answer?: object) => void

/** The other end of the line, by hand: what was said to it, and what it says. */
function line() {
  const listeners = new Map<string, Set<Listener>>()
  const said: { event: string; value: unknown; ack?: Ack }[] = []
  const socket = {
    connected: true,
    on: (event: string, listener: Listener) => void listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    off: (event: string, listener: Listener) => void listeners.get(event)?.delete(listener),
    emit: (event: string, value: unknown, ack?: Ack) => void said.push({ event, value, ...(ack ? { ack } : {}) }),
    timeout: () => socket,
  }
  const client: LiveClient = { socket: socket as unknown as Socket, state: () => 'live', heardAt: () => 5_000, subscribe: () => () => {} }
  const say = (event: string, value: unknown): void => listeners.get(event)?.forEach((listener) => listener(value as never))
  return { client, said, say, of: (event: string) => said.filter((one) => one.event === event) }
}

const key = ['live', 'situation.view', '{}'] as const
const quiet = (): void => {}
const answer = (room: string, version: string, data: unknown): object => ({ room, version, at: 0, data })

test('two who show the same share one subscription, and only the last to leave ends it', () => {
  const { client, of } = line()
  const cache = new QueryClient()
  const first = follow(client, cache, key, quiet)
  const second = follow(client, cache, key, quiet)
  expect(of('subscribe')).toHaveLength(1)
  of('subscribe')[0]?.ack?.(null, answer('r', 'v1', { n: 1 }))
  first()
  expect(of('unsubscribe')).toHaveLength(0)
  second()
  expect(of('unsubscribe').map(({ value }) => value)).toEqual(['r'])
})

test('an answer to somebody who left ends that subscription, unless somebody came back', () => {
  const { client, of } = line()
  const cache = new QueryClient()
  follow(client, cache, key, quiet)()
  of('subscribe')[0]?.ack?.(null, answer('r', 'v1', { n: 1 }))
  expect(of('unsubscribe')).toHaveLength(1)
  follow(client, cache, key, quiet)()
  const stay = follow(client, cache, key, quiet)
  of('subscribe')[1]?.ack?.(null, answer('r', 'v1', { n: 1 }))
  expect(of('unsubscribe')).toHaveLength(1)
  stay()
})

test('a difference from another version than ours is not applied: the whole is asked for', () => {
  const { client, of, say } = line()
  const cache = new QueryClient()
  follow(client, cache, key, quiet)
  of('subscribe')[0]?.ack?.(null, answer('r', 'v1', { n: 1 }))
  say('frame', { room: 'r', at: 0, version: 'v3', from: 'v2', delta: {} })
  expect(cache.getQueryData<Held>(key)).toMatchObject({ data: { n: 1 }, version: 'v1' })
  expect(of('subscribe')).toHaveLength(2)
  say('frame', { room: 'other', at: 0, version: 'v9', data: { n: 9 } })
  expect(cache.getQueryData<Held>(key)).toMatchObject({ data: { n: 1 } })
})

test('after a loss what we hold is as old as the last sign of life, and is not called current', () => {
  const { client, of, say } = line()
  const cache = new QueryClient()
  follow(client, cache, key, quiet)
  of('subscribe')[0]?.ack?.(null, answer('r', 'v1', { n: 1 }))
  cache.setQueryData<Held>(key, (old) => (old ? { ...old, at: 1_000 } : old))
  expect(followingOf(client, key).current).toBe(true)
  say('disconnect', 'ping timeout')
  expect(followingOf(client, key).current).toBe(false)
  expect(cache.getQueryData<Held>(key)?.at).toBe(5_000)
})

test('what may not be followed says why', () => {
  const { client, of } = line()
  follow(client, new QueryClient(), key, quiet)
  of('subscribe')[0]?.ack?.(null, { problem: { type: 'about:blank', title: 'forbidden', status: 403, code: 'forbidden', detail: 'no' } })
  expect(followingOf(client, key)).toMatchObject({ current: false, problem: { code: 'forbidden' } })
})

test('what the server lost through trouble of its own is asked for again; what is gone is not', () => {
  vi.useFakeTimers()
  try {
    const { client, of, say } = line()
    follow(client, new QueryClient(), key, quiet)
    of('subscribe')[0]?.ack?.(null, answer('r', 'v1', { n: 1 }))
    say('lost', { room: 'r', problem: { type: 'about:blank', title: 'internal', status: 500, code: 'internal', detail: 'a mishap' } })
    expect(followingOf(client, key).current).toBe(false)
    vi.advanceTimersByTime(3_000)
    expect(of('subscribe')).toHaveLength(2)
    of('subscribe')[1]?.ack?.(null, answer('r', 'v1', { n: 1 }))
    expect(followingOf(client, key)).toEqual({ current: true, problem: null })
    say('lost', { room: 'r', problem: { type: 'about:blank', title: 'not found', status: 404, code: 'not_found', detail: 'gone' } })
    vi.advanceTimersByTime(60_000)
    expect(of('subscribe')).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})
