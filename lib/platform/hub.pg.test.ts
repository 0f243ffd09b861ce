import { EventEmitter } from 'node:events'
import type { Server, Socket } from 'socket.io'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import type { DomainEvent } from './events.ts'
import { Fault } from './fault.ts'
import type { Hub } from './hub.ts'
import { createHub } from './hub.ts'
import { newId } from './id.ts'
import type { Query } from './query.ts'
import { query } from './query.ts'

let world: World
let hub: Hub
let connect: (socket: Socket) => void
let frames: { name: string; frame: unknown }[]

/** What the live result is, how often it was read, and what a read does once it has its data. */
let value: number
let reads: number
let whileReading: () => Promise<void>
let staleAt: () => Date | null

const counter = query({
  name: 'counter.view',
  summary: 'A number.',
  permission: 'catalog.read',
  input: z.strictObject({ n: z.number().optional() }),
  read: async () => {
    reads++
    const seen = value
    await whileReading()
    return { value: seen }
  },
  touches: { 'counter.changed': () => ({}) },
  staleAt: () => staleAt(),
})

const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const changed = (): DomainEvent => ({ eventId: newId(), projectId: world.projectId, v: 1, name: 'counter.changed', subject: newId(), subjectVersion: 1, incidentId: null, data: {}, at: new Date() })

function gate(): { open: () => void; passed: () => Promise<void> } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open, passed: () => opened }
}

/** A socket as the hub sees it, without a network below. */
function socketOf(): EventEmitter {
  const socket = Object.assign(new EventEmitter(), { data: { actor: world.people.viewer }, join: () => undefined, leave: () => undefined, disconnect: () => undefined })
  connect(socket as unknown as Socket)
  return socket
}
const ask = (socket: EventEmitter, n?: number): Promise<Record<string, unknown>> => new Promise((resolve) => socket.emit('subscribe', { query: 'counter.view', input: n === undefined ? {} : { n } }, resolve))

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})
beforeEach(() => {
  ;[value, reads, frames, whileReading, staleAt] = [1, 0, [], async () => {}, () => null]
  hub = createHub(new Map([['counter.view', counter as unknown as Query]]))
  hub.attach({ on: (_name: string, listener: typeof connect) => (connect = listener), to: () => ({ emit: (name: string, frame: unknown) => frames.push({ name, frame }) }), emit: () => undefined } as unknown as Server)
})
afterEach(() => hub.stop())

test('news that comes while a new result is read for the first time is not lost', async () => {
  const reading = gate()
  whileReading = reading.passed
  const answer = ask(socketOf())
  await expect.poll(() => reads).toBe(1)
  value = 2
  hub.relay([changed()])
  reading.open()
  expect(await answer).toMatchObject({ data: { value: 1 } })
  await expect.poll(() => frames).toMatchObject([{ name: 'frame', frame: { delta: { t: 'o', s: { value: 2 } } } }])
})

test('a socket that goes while its result is read leaves nothing behind', async () => {
  const reading = gate()
  whileReading = reading.passed
  const socket = socketOf()
  void ask(socket)
  await expect.poll(() => reads).toBe(1)
  socket.emit('disconnect')
  reading.open()
  await soon(50)
  expect(hub.stats()).toEqual({ rooms: 0, sockets: 0 })
})

test('a result that nobody follows any more is not read again, even where it goes stale by time', async () => {
  staleAt = () => new Date(Date.now() + 20)
  const socket = socketOf()
  await ask(socket)
  const reading = gate()
  whileReading = reading.passed
  await expect.poll(() => reads).toBe(2)
  socket.emit('disconnect')
  reading.open()
  await soon(300)
  expect(reads).toBe(2)
})

test('a database that is away is asked now and then, not without a pause', async () => {
  await ask(socketOf())
  whileReading = () => Promise.reject(new Fault('unavailable', 'the database is away'))
  hub.relay([changed()])
  await soon(700)
  expect(reads).toBeGreaterThan(1)
  expect(reads).toBeLessThan(6)
  value = 3
  whileReading = async () => {}
  await expect.poll(() => frames, { timeout: 3_000 }).toHaveLength(1)
})

test('nobody follows more than they may by asking for everything at once', async () => {
  const socket = socketOf()
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(socket, n)))
  expect(answers.filter((answer) => 'problem' in answer)).toHaveLength(20)
  expect(hub.stats().rooms).toBe(40)
})
