import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '#tests/support/database.ts'
import { bell } from './bell.ts'
import { db } from './db.ts'
import type { DomainEvent } from './events.ts'
import { append } from './records.ts'
import type { Relay } from './relay.ts'
import { endOfOutbox, eventsAfter, startRelay } from './relay.ts'

const projectId = randomUUID()
let other: pg.Client

beforeAll(async () => {
  const { databaseUrl } = await freshDatabase()
  await db().project.create({ data: { id: projectId, slug: 'default', name: 'Default', createdAt: new Date() } })
  other = new pg.Client({ connectionString: databaseUrl })
  await other.connect()
})
afterAll(() => other.end())

const announce = (name: `${string}.${string}`): Promise<unknown> => db().$transaction((tx) => append(tx, [], [{ projectId, name, subject: randomUUID(), version: 1 }], new Date()))

test('news behind an older transaction is known to be there, and comes when that one is over', async () => {
  const from = await endOfOutbox()
  await other.query('begin')
  await other.query('select pg_current_xact_id()')
  await announce('team.named')
  expect(await eventsAfter(from, 10)).toMatchObject({ events: [], cursor: from, held: true })
  await other.query('commit')
  // Other test files share this server, and a transaction of theirs holds news back just the same, for a moment.
  await expect.poll(() => eventsAfter(from, 10), { timeout: 20_000 }).toMatchObject({ events: [{ name: 'team.named' }], held: false })
})

test('what was kept back when the bell rang is delivered once, although nobody rings again', async () => {
  const seen: DomainEvent[] = []
  let arrived = (): void => {}
  const news = new Promise<void>((resolve) => (arrived = resolve))
  const relay: Relay = await startRelay({
    from: await endOfOutbox(),
    listen: false,
    deliver: (events) => {
      seen.push(...events)
      arrived()
    },
  })
  try {
    await other.query('begin')
    await other.query('select pg_current_xact_id()')
    await announce('team.renamed')
    bell().ring()
    expect(seen).toEqual([])
    await other.query('commit')
    await news
    expect(seen.map((event) => event.name)).toEqual(['team.renamed'])
  } finally {
    await relay.stop()
  }
})
