import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import { freshDatabase } from '#tests/support/database.ts'
import { db, pool } from './db.ts'
import { reaction, startReactions } from './reactions.ts'
import { append } from './records.ts'

const projectId = randomUUID()

beforeAll(async () => {
  await freshDatabase()
  await db().project.create({ data: { id: projectId, slug: 'default', name: 'Default', createdAt: new Date() } })
})

test('an outage costs no reaction, however often it is tried in vain', async () => {
  const subject = randomUUID()
  let tries = 0
  let done: string | null = null
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const ask = pool().query.bind(pool()) as (...args: unknown[]) => unknown
  const away = (): boolean => tries > 0 && tries <= 9
  vi.spyOn(pool(), 'query').mockImplementation(((...args: unknown[]) => (away() ? Promise.reject(refused) : ask(...args))) as never)
  const reactions = await startReactions([
    reaction({
      name: 'test: needs the database',
      on: 'team.named',
      async react(event) {
        if (++tries <= 9) throw refused
        done = event.subject
      },
    }),
  ])
  try {
    // Only what comes after the first look at the outbox is news.
    await expect.poll(async () => (await db().$queryRaw<unknown[]>`select 1 from outbox_cursor`).length).toBe(1)
    await db().$transaction((tx) => append(tx, [], [{ projectId, name: 'team.named', subject, version: 1 }], new Date()))
    await expect.poll(() => done, { timeout: 25_000, interval: 100 }).toBe(subject)
    expect(tries).toBe(10)
  } finally {
    await reactions.stop()
  }
})
