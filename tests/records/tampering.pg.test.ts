import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { checkAll } from '#lib/platform/record-check.ts'
import { recordsOrigin, recordVerifierKeys } from '#lib/platform/record-keys.ts'
import { watchOnce } from '#lib/platform/record-watch.ts'
import { forget, shared } from '#lib/platform/runtime.ts'
import { checkExport } from '#lib/platform/rules/check-export.ts'
import type { Finding } from '#lib/platform/rules/check-records.ts'
import { payloadDigest } from '#lib/platform/rules/record-digest.ts'
import { leafHash, sealOnce } from '#lib/platform/sealer.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { exportLines, sealAndSign, superuser } from '#tests/support/records.ts'
import { tamperer } from '#tests/support/tamper.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'

/* A database superuser does what the product cannot. Each way is found, and the first bad row is named: by the offline verifier, and by the server itself. */

const file = join(mkdtempSync(join(tmpdir(), 'kg-anchor-')), 'heads.jsonl')
process.env['ANCHOR_FILES'] = file
const urls = await freshDatabase()
let world: World
let root: Awaited<ReturnType<typeof superuser>>
let hand: ReturnType<typeof tamperer>

const change = async (from: number, to: number): Promise<void> => {
  for (let n = from; n < to; n++) await execute(applyCatalog, world.people.admin, { teams: [{ slug: `team-${n}`, name: `Team ${n}` }] })
}

beforeAll(async () => {
  world = await seedWorld()
  root = await superuser(urls.superuserUrl)
  hand = tamperer(root)
  await change(0, 20)
  await sealAndSign()
  await watchOnce()
  await root.backUp('early')
  await change(20, 45)
  await sealAndSign()
  await watchOnce()
  await root.backUp('late')
})
afterEach(async () => {
  await root.putBack('late')
  forget('newest-head')
})
afterAll(() => root.end())

const anchorLines = (): string[] => readFileSync(file, 'utf8').split('\n')
const verify = async (anchor: boolean): Promise<Finding | null> => (await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), anchor ? anchorLines() : null)).finding
interface Tampering {
  does: string
  how(): Promise<unknown>
  /** The first bad leaf; null = no leaf can be named. */
  leaf: number | null
  what: RegExp
  /** What is found without an anchor, where that differs: null = nothing at all. */
  alone?: { leaf: number | null; what: RegExp } | null
  /** What the server finds, where that differs. */
  own?: { leaf: number | null; what: RegExp }
}

const tamperings: Tampering[] = [
  { does: 'UPDATE of who did it', how: () => root.query(`update record set actor_name = 'Nobody' where id = (select record_id from record_leaf where index = 7)`), leaf: 7, what: /header .* was changed/ },
  { does: 'UPDATE of when', how: () => root.query(`update record set at = at - interval '1 day' where id = (select record_id from record_leaf where index = 30)`), leaf: 30, what: /header .* was changed/ },
  { does: 'UPDATE of the content', how: () => root.query(`update record_payload set payload = '{"input": {}}' where record_id = (select record_id from record_leaf where index = 12)`), leaf: 12, what: /content was changed/ },
  { does: 'UPDATE of the salt', how: () => root.query(`update record_payload set salt = 'other' where record_id = (select record_id from record_leaf where index = 12)`), leaf: 12, what: /content was changed/ },
  { does: 'UPDATE of a leaf alone', how: () => root.query(`update record_leaf set leaf_hash = repeat('0', 64) where index = 21`), leaf: 21, what: /does not make its leaf/ },
  {
    does: 'UPDATE of content, digest and leaf',
    how: async () => {
      const { id } = await hand.ofLeaf(9)
      await root.query(`update record_payload set payload = '{"input": {}}' where record_id = $1`, [id])
      const { salt } = (await root.query('select salt from record_payload where record_id = $1', [id])).rows[0] as { salt: string }
      await root.query('update record set payload_digest = $2 where id = $1', [id, payloadDigest(salt, { input: {} })])
      await root.query('update record_leaf set leaf_hash = $1 where index = 9', [leafHash(await hand.ofLeaf(9))])
    },
    leaf: 9,
    what: /changed together with its leaf/,
    alone: { leaf: null, what: /something between leaf 0 and leaf 20/ },
  },
  {
    does: 'the whole tree computed anew from a changed record on',
    how: async () => {
      await root.query(`update record set actor_name = 'Nobody' where id = (select record_id from record_leaf where index = 25)`)
      await hand.resealFrom(25)
    },
    leaf: 25,
    what: /changed together with its leaf/,
    alone: { leaf: null, what: /something between leaf 21 and leaf 45/ },
  },
  {
    does: 'the whole tree computed anew and signed with the stolen key',
    how: async () => {
      await root.query(`update record set actor_name = 'Nobody' where id = (select record_id from record_leaf where index = 25)`)
      await hand.resealFrom(25)
      await hand.signAnew()
    },
    leaf: 25,
    what: /changed together with its leaf/,
    alone: null,
    // It looks at heads in larger pieces, and two signed ones over one size are met first.
    own: { leaf: null, what: /two histories were shown/ },
  },
  { does: 'DELETE of a record', how: () => root.query('delete from record where id = (select record_id from record_leaf where index = 3)'), leaf: 3, what: /record was deleted/ },
  { does: 'DELETE of a record and its leaf', how: () => root.query('with gone as (delete from record_leaf where index = 33 returning record_id) delete from record where id in (select record_id from gone)'), leaf: 33, what: /leaf 33 is missing/ },
  {
    does: 'DELETE of a record, the rest numbered and computed anew',
    how: async () => {
      await root.query('with gone as (delete from record_leaf where index = 10 returning record_id) delete from record where id in (select record_id from gone)')
      await hand.renumber(11, -1)
      await hand.resealFrom(10)
    },
    leaf: 10,
    what: /was deleted, and what follows moved up/,
    alone: { leaf: null, what: /something between leaf 0 and leaf 20/ },
  },
  {
    does: 'INSERT between two records, the rest numbered and computed anew',
    how: async () => {
      const id = await hand.forged((await hand.ofLeaf(15)).at)
      await hand.renumber(15, 1)
      await root.query(`insert into record_leaf values (15, $1, '')`, [id])
      await hand.resealFrom(15)
    },
    leaf: 15,
    what: /was inserted/,
    alone: { leaf: null, what: /something between leaf 0 and leaf 20/ },
  },
  { does: 'INSERT of a record with an old date', how: async () => hand.forged(new Date(Date.now() - 3_600_000)), leaf: null, what: /inserted behind the product/ },
  {
    does: 'two neighbours in each other’s place',
    how: () => hand.swap(18, 19),
    leaf: 18,
    what: /changed places with leaf 19/,
    alone: { leaf: null, what: /something between leaf 0 and leaf 20/ },
  },
  {
    does: 'two far ones in each other’s place',
    how: () => hand.swap(5, 40),
    leaf: 5,
    what: /not the record that was sealed here/,
    alone: { leaf: null, what: /something between leaf 0 and leaf 20/ },
  },
  {
    does: 'the newest records and leaves removed',
    how: () => root.query('with gone as (delete from record_leaf where index >= 38 returning record_id) delete from record where id in (select record_id from gone)'),
    leaf: 38,
    what: /from leaf 38 on are missing/,
  },
  {
    does: 'the newest records, leaves and heads removed',
    how: async () => {
      await root.query('with gone as (delete from record_leaf where index >= 20 returning record_id) delete from record where id in (select record_id from gone)')
      await root.query('delete from tree_head where size > 20')
    },
    leaf: 20,
    what: /the records from leaf 20 on are missing/,
    alone: null,
  },
  { does: 'an old backup put back', how: () => root.putBack('early'), leaf: 21, what: /the records from leaf 21 on are missing/, alone: null },
  {
    does: 'an old backup put back, and life going on from there',
    how: async () => {
      await root.putBack('early')
      await change(60, 90)
      const client = await pool().connect()
      await sealOnce(client).finally(() => client.release())
    },
    leaf: 21,
    what: /not the record that was sealed here/,
    alone: null,
  },
  {
    does: 'a head signed with another key',
    how: () => root.query(`update tree_head set note = regexp_replace(note, '— (\\S+) .*', '— \\1 ' || encode(decode(repeat('ab', 68), 'hex'), 'base64')) where size = (select max(size) from tree_head)`),
    leaf: null,
    what: /signature|signed by none|not a signed tree head/,
  },
]

test('untouched, all is well, and it is known up to where', async () => {
  const report = await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), anchorLines())
  expect(report).toMatchObject({ finding: null, disposed: 0, elsewhere: 0 })
  expect(report.covered?.size).toBe(report.rows)
  expect(report.anchored).toBe(report.rows)
  expect((await checkAll()).finding).toBeNull()
  expect(report.rows).toBe(46)
})

describe.each(tamperings)('$does', ({ how, leaf, what, alone, own = { leaf, what } }) => {
  test('is found, and the first bad row is named', async () => {
    await how()
    const found = await verify(true)
    expect(found?.what).toMatch(what)
    expect(found?.index).toBe(leaf)
    // The server's own look finds it too.
    expect((await checkAll()).finding).toMatchObject({ index: own.leaf, what: expect.stringMatching(own.what) as string })
    const without = await verify(false)
    if (alone === null) expect(without).toBeNull()
    else {
      expect(without?.what).toMatch(alone?.what ?? what)
      expect(without?.index).toBe((alone ?? { leaf }).leaf)
    }
  })
})

test('a payload that was disposed of is counted, and everything else stays proven', async () => {
  await root.query('delete from record_payload where record_id = (select record_id from record_leaf where index = 4)')
  expect(await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), anchorLines())).toMatchObject({ finding: null, disposed: 1 })
})

test('another project’s records are hashes to a reader, and the tree still adds up', async () => {
  const report = await checkExport(await exportLines(world.stranger), recordVerifierKeys(), anchorLines())
  expect(report).toMatchObject({ finding: null, elsewhere: 46, rows: 46 })
  expect((await exportLines(world.stranger)).join('')).not.toContain('Team 3')
})

let next = 200
test.each(['an old backup put back', 'the whole tree computed anew from a changed record on', 'the newest records and leaves removed'])('after %s nothing is signed any more, the alarm is up, and it ends when the database is right again', async (does) => {
  await tamperings.find((one) => one.does === does)?.how()
  await change(next, (next += 3))
  expect(await sealAndSign()).toMatchObject({ refused: expect.stringMatching(/rolled back|rewritten|not those/) as string })
  await watchOnce()
  const alarms = async (): Promise<string[]> => (await pool().query<{ kind: string }>('select kind from record_alarm')).rows.map(({ kind }) => kind)
  expect(await alarms()).toEqual(['rolled-back'])
  // What it does meanwhile is recorded all the same.
  expect((await pool().query(`select 1 from record where action = 'record.raise-alarm'`)).rowCount).toBeGreaterThan(0)
  await root.putBack('late')
  await root.query(`insert into record_alarm values ('rolled-back', 'still up', now())`)
  await watchOnce()
  expect(await alarms()).toEqual([])
})

test('a restore that is meant to stay begins a new line of heads under a new name, and the old anchor still proves what was there', async () => {
  const before = await exportLines(world.people.auditor)
  const keys = recordVerifierKeys()
  await root.putBack('early')
  await watchOnce()
  expect((await pool().query('select 1 from record_alarm')).rowCount).toBe(1)
  const origin = recordsOrigin()
  const rename = (to: string): void => {
    forget('records-origin')
    shared('records-origin', () => to)
  }
  rename(`${origin}-2`)
  try {
    await watchOnce()
    expect((await pool().query('select 1 from record_alarm')).rowCount).toBe(0)
    expect(await sealAndSign()).toBe('signed')
    await watchOnce()
    expect((await checkAll()).finding).toBeNull()
    expect((await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), anchorLines())).finding).toBeNull()
    expect((await checkExport(before, keys, anchorLines())).finding).toBeNull()
  } finally {
    rename(origin)
  }
})
