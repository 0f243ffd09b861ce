import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Cluster } from '#scripts/postgres.ts'
import { dataFolder, startPostgres } from '#scripts/postgres.ts'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import { until } from './testing/until.ts'

const folder = scratchFolder()
let cluster: Cluster
let client: pg.Client
let desk: Desk
let url: string

beforeAll(async () => {
  const dir = dataFolder(`agent-sql-${process.pid}`)
  mkdirSync(join(dir, '..'), { recursive: true })
  cluster = await startPostgres({ dir })
  url = cluster.superuserUrl
  client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table orders (id int primary key, gift_note text); insert into orders select n from generate_series(1, 5) n')
  desk = await startDesk({ folder, config: { allow: ['sql'], connections: { orders: { urlFrom: 'ORDERS_URL' }, away: { url: 'postgres://u:s3cret-pass@127.0.0.1:1/x' } } }, env: { ORDERS_URL: url } })
})
afterAll(async () => {
  await client.end()
  await desk.close()
  await cluster.stop()
})

const rows = async (text: string): Promise<unknown[]> => (await client.query<Record<string, unknown>>(text)).rows
const back = { connection: 'orders', statements: ['alter table orders drop column gift_note', 'update orders set id = id + 100 where id > 3'] }

test('statements are one transaction, with a row that says who did it; what failed left nothing', async () => {
  const failed = await desk.do('sql', { connection: 'orders', statements: ['delete from orders', 'update nowhere set a = 1'] })
  expect(failed.because).toBe('orders: statement 2 of 2: relation "nowhere" does not exist (42P01); nothing was changed')
  expect(await rows('select count(*)::int as n from orders')).toEqual([{ n: 5 }])
  expect(await rows('select * from knowngood_step')).toEqual([])
  const done = await desk.do('sql', back)
  expect(done).toMatchObject({ outcome: 'succeeded', result: { rows: [null, 2] } })
  expect(await rows('select step_id, epoch::int, key from knowngood_step')).toEqual([{ step_id: done.stepId, epoch: 1, key: done.key }])
  expect(await rows('select id from orders order by id')).toEqual([1, 2, 3, 104, 105].map((id) => ({ id })))
})

test('a second attempt of a step that was done sees its row and does nothing, whatever became of the first', async () => {
  const statements = ['insert into orders values ((select max(id) + 1 from orders))']
  const first = await desk.do('sql', { connection: 'orders', statements })
  const before = await rows('select count(*)::int as n from orders')
  // The same step once more, as after a lost answer: another attempt, under a later epoch.
  desk.center.completions.splice(0)
  desk.center.offerAgain(first.stepId)
  const second = await until('its second end', () => desk.center.completions.find((one) => one.stepId === first.stepId))
  expect(second).toMatchObject({ epoch: 2, outcome: 'succeeded', result: { already: true, by: { epoch: 1 } } })
  expect(await rows('select count(*)::int as n from orders')).toEqual(before)
})

test('an attempt that is cut off in the middle leaves nothing, and the next one waits for one that is still at work', async () => {
  const slow = { connection: 'orders', statements: ['insert into orders values (900)', 'select pg_sleep(20)'] }
  const cut = desk.center.offer({ key: 'cut', kind: 'sql', params: slow })
  await until('it to be at work', async () => (await rows("select 1 from pg_stat_activity where query like '%pg_sleep%' and application_name = 'knowngood-agent'")).length > 0)
  desk.center.cancel(cut)
  await until('its end', () => desk.center.completions.find((one) => one.stepId === cut))
  expect(await rows('select 1 from orders where id = 900')).toEqual([])

  // Somebody else holds the ledger's row of this step and has not decided yet: the second attempt has to wait for the answer.
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  const insert = { connection: 'orders', statements: ['insert into orders values (901)'] }
  await other.query('begin')
  const id = desk.center.offer({ key: 'held', kind: 'sql', params: insert })
  await other.query('insert into knowngood_step (step_id, epoch, key) values ($1, 0, $2)', [id, 'held'])
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const ended = desk.center.completions.some((one) => one.stepId === id)
  await other.query('commit')
  await other.end()
  const seen = await until('its end', () => desk.center.completions.find((one) => one.stepId === id))
  expect([ended, seen.result]).toEqual([false, expect.objectContaining({ already: true })])
  expect(await rows('select 1 from orders where id = 901')).toEqual([])
})

test('a check that says yes means that nothing is done; a check alone only looks', async () => {
  const check = "select not exists (select from information_schema.columns where table_name = 'orders' and column_name = 'gift_note')"
  expect(await desk.do('sql', { ...back, check })).toMatchObject({ outcome: 'succeeded', result: { already: true, check: true } })
  expect(await desk.do('sql', { connection: 'orders', statements: [], check })).toMatchObject({ outcome: 'succeeded', result: { done: true } })
  expect((await desk.do('sql', { connection: 'orders', statements: ['delete from orders'], check: 'select false', database: 'orders' })).because).toBe('orders: all statements were done, but the check says that it is not so; nothing was changed')
  expect(await rows('select count(*)::int > 0 as some from orders')).toEqual([{ some: true }])
  expect((await desk.do('sql', { connection: 'orders', statements: [], check: 'select false' })).because).toBe('orders: the check says no')
  expect((await desk.do('sql', { connection: 'orders', statements: [], check: 'delete from orders returning true' })).because).toMatch(/cannot execute DELETE in a read-only transaction/)
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a statement that would end the transaction', { connection: 'orders', statements: ['select 1', '/* x */ -- y\n COMMIT'] }, /statements\.1: all statements are one transaction already/],
  ['two statements in one', { connection: 'orders', statements: ['select 1; commit'] }, /cannot insert multiple commands into a prepared statement/],
  ['a connection nobody configured', { connection: 'other', statements: ['select 1'] }, /connection: other is not in this agent’s configuration/],
  ['a database that is not there', { connection: 'away', statements: ['select 1'] }, /away cannot be reached \(ECONNREFUSED\)/],
  ['nothing to do', { connection: 'orders', statements: [] }, /statements: at least one, or a check/],
])('refused: %s', async (_, params, because) => {
  const ended = await desk.do('sql', params)
  expect([ended.outcome, ended.because]).toEqual(['failed', expect.stringMatching(because)])
  expect(JSON.stringify([ended, await ended.lines()])).not.toContain('s3cret-pass')
})
