import { generateKeyPairSync } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { recordAlarmList, recordHeads } from '#lib/governance/queries/record-proofs.ts'
import type { AnchorStore } from '#lib/platform/anchor-stores.ts'
import { commandStore, fileStore, urlStore } from '#lib/platform/anchor-stores.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { recordKeys, recordVerifierKeys } from '#lib/platform/record-keys.ts'
import { watchOnce } from '#lib/platform/record-watch.ts'
import { forget, shared } from '#lib/platform/runtime.ts'
import { readAnchorLine } from '#lib/platform/rules/anchor-line.ts'
import { checkExport } from '#lib/platform/rules/check-export.ts'
import { openNote, signHead } from '#lib/platform/rules/note-signing.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { exportLines, sealAndSign } from '#tests/support/records.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'

await freshDatabase()
const folder = mkdtempSync(join(tmpdir(), 'kg-anchors-'))
let world: World
let n = 0
let file: string

const change = async (): Promise<void> => void (await execute(applyCatalog, world.people.admin, { teams: [{ slug: `team-${++n}`, name: `Team ${n}` }] }))
const head = async (): Promise<void> => {
  await change()
  expect(await sealAndSign()).toBe('signed')
}
const sizesIn = (path: string): number[] => readFileSync(path, 'utf8').split('\n').flatMap((line) => readAnchorLine(line)?.head.size ?? [])
const heads = async (): Promise<number[]> => (await pool().query<{ size: string }>('select size from tree_head order by size')).rows.map(({ size }) => Number(size))
const state = async () => (await ask(recordHeads, world.people.auditor, {})).data
const alarms = async () => (await ask(recordAlarmList, world.people.viewer, {})).data

beforeAll(async () => {
  world = await seedWorld()
  await head()
})
beforeEach(() => {
  file = join(folder, `heads-${++n}.jsonl`)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file', () => {
  test('gets every head in order, each once, with the leaves since the one before', async () => {
    for (let round = 0; round < 3; round++) {
      await head()
      await watchOnce([fileStore(file)])
    }
    await watchOnce([fileStore(file)])
    expect(sizesIn(file)).toEqual(await heads())
    expect((await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), readFileSync(file, 'utf8').split('\n'))).finding).toBeNull()
    expect((await state()).anchors).toEqual([expect.objectContaining({ name: `file ${file}`, size: (await heads()).at(-1), failingSince: null })])
  })

  test('that a crash tore in the middle of a line is gone on with, and the torn head is written again', async () => {
    await watchOnce([fileStore(file)])
    const whole = sizesIn(file)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40))
    await watchOnce([fileStore(file)])
    expect(sizesIn(file)).toEqual(whole)
    expect((await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), readFileSync(file, 'utf8').split('\n'))).finding).toBeNull()
  })

  test('that was emptied or overwritten is a failing anchor, not a new beginning', async () => {
    writeFileSync(file, 'nothing of ours\n')
    await watchOnce([fileStore(file)])
    expect((await state()).anchors[0]).toMatchObject({ problem: expect.stringMatching(/no tree head that can be read/) as string })
  })

  test('with lines cut out of its middle cannot be relied on, and says where', async () => {
    await head()
    await watchOnce([fileStore(file)])
    const lines = readFileSync(file, 'utf8').split('\n')
    const report = await checkExport(await exportLines(world.people.auditor), recordVerifierKeys(), lines.toSpliced(1, 1))
    expect(report.finding?.what).toMatch(/the anchor lacks the tree heads from/)
  })

  test('with somebody else’s heads is a failing anchor; it neither stops the signing nor passes for a rolled-back database', async () => {
    await watchOnce([fileStore(file)])
    const line = { v: 1, from: 0, leaves: Buffer.alloc(32 * 4_000).toString('base64'), note: '' }
    const { privateKey } = generateKeyPairSync('ed25519')
    line.note = signHead({ origin: (await state()).origin, size: 4_000, root: Buffer.alloc(32, 7).toString('base64'), at: new Date().toISOString() }, [privateKey])
    appendFileSync(file, `${JSON.stringify(line)}\n`)
    await watchOnce([fileStore(file)])
    expect(await alarms()).toEqual([])
    expect((await state()).anchors[0]?.problem).toMatch(/its newest tree head is not ours/)
    await head()
  })
})

describe('one that is down', () => {
  const down: AnchorStore = { name: 'address down', newest: () => Promise.resolve(undefined), put: () => Promise.reject(new Error('it answered 503')) }

  test('stops no work; after its time it is an alarm, for everybody to see; when it is back it gets what it missed, and the alarm ends', async () => {
    const missed = await heads()
    await watchOnce([down], 60_000)
    await head()
    await watchOnce([down], 60_000)
    expect((await state()).anchors).toEqual([expect.objectContaining({ name: 'address down', at: null, problem: 'it answered 503', failingSince: expect.any(String) as string })])
    expect(await alarms()).toEqual([])
    const since = (await state()).anchors[0]?.failingSince
    await watchOnce([down], 0)
    expect((await state()).anchors[0]?.failingSince).toBe(since)
    expect(await alarms()).toEqual([expect.objectContaining({ kind: 'anchor-late', because: expect.stringContaining('address down has taken no tree head since') as string })])
    // Said once, however long it lasts.
    await watchOnce([down], 0)
    expect((await pool().query(`select 1 from record where action = 'record.raise-alarm'`)).rowCount).toBe(1)
    const taken: string[] = []
    await watchOnce([{ ...down, put: (line) => Promise.resolve(void taken.push(line)) }], 0)
    expect(taken.map((line) => readAnchorLine(line)?.head.size)).toEqual([...missed, (await heads()).at(-1)])
    expect(await alarms()).toEqual([])
  })

  test('does not keep another from getting its heads', async () => {
    await head()
    await watchOnce([down, fileStore(file)], 60_000)
    expect(sizesIn(file)).toEqual(await heads())
  })
})

describe('an address', () => {
  let server: Server
  let answer = 200
  const got: string[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString())).on('end', () => {
        if (answer === 200) got.push(body)
        response.writeHead(answer).end()
      })
    })
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  })
  afterAll(() => server.close())

  test('is posted each head, and again until it says that it has it', async () => {
    const store = urlStore(`http://127.0.0.1:${(server.address() as AddressInfo).port}/heads`)
    answer = 503
    await watchOnce([store])
    expect((await state()).anchors[0]?.problem).toBe('it answered 503')
    answer = 200
    await watchOnce([store])
    expect(got.map((line) => readAnchorLine(line)?.head.size)).toEqual(await heads())
    await head()
    await watchOnce([store])
    expect(got.map((line) => readAnchorLine(line)?.head.size)).toEqual(await heads())
  })
})

test('a program is given each head on its standard input; one that fails says why', async () => {
  await watchOnce([commandStore(`cat >> ${file}`)])
  expect(sizesIn(file)).toEqual(await heads())
  await head()
  await watchOnce([commandStore('echo no room left >&2; exit 3')])
  expect((await state()).anchors[0]?.problem).toBe('it ended with 3: no room left')
})

test('a new key takes over: for a while both sign, then the new one alone; every head is verified, and the change is a record', async () => {
  const [before] = recordKeys()
  const old = recordVerifierKeys()
  const { privateKey: next } = generateKeyPairSync('ed25519')
  const signWith = (...keys: (typeof next)[]): void => {
    forget('record-keys')
    shared('record-keys', () => keys)
  }
  if (!before) throw new Error('there is a key')
  signWith(before, next)
  await head()
  const both = (await state()).head
  const trusted = recordVerifierKeys()
  signWith(next)
  await head()
  await watchOnce([fileStore(file)])
  const view = await state()
  expect(view.keys.map(({ signs }) => signs)).toEqual([false, true])
  // Whoever knows only the old key follows it to the last head that it signed.
  expect(openNote(both?.note ?? '', old)).toMatchObject({ ok: true })
  expect(openNote(view.head?.note ?? '', old)).toMatchObject({ ok: false, because: expect.stringMatching(/none of the keys/) as string })
  const lines = await exportLines(world.people.auditor)
  const anchor = readFileSync(file, 'utf8').split('\n')
  expect(await checkExport(lines, trusted, anchor)).toMatchObject({ finding: null })
  expect((await checkExport(lines, old, anchor)).finding?.what).toMatch(/none of the keys/)
  const { rows } = await pool().query<{ payload: { input: { verifierKey: string } } }>(`select p.payload from record r join record_payload p on p.record_id = r.id where r.action = 'record.adopt-key' order by r.at`)
  expect(rows.map(({ payload }) => payload.input.verifierKey)).toEqual(view.keys.map(({ text }) => text))
})
