import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { recordHeads } from '#lib/governance/queries/record-proofs.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { readAnchorLine } from '#lib/platform/rules/anchor-line.ts'
import { startEngine } from '#lib/wiring.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'

/* The engine as the server starts it: nobody asks it to seal, sign, anchor or look. */

const file = join(mkdtempSync(join(tmpdir(), 'kg-engine-')), 'heads.jsonl')
process.env['ANCHOR_FILES'] = file
process.env['HEAD_EVERY_SECONDS'] = '1'
await freshDatabase()
let world: World
let engine: Awaited<ReturnType<typeof startEngine>>

beforeAll(async () => {
  world = await seedWorld()
  engine = await startEngine()
})
afterAll(() => engine.stop())

test('what is recorded is sealed, signed, anchored and looked at, and then nothing more happens', async () => {
  await execute(applyCatalog, world.people.admin, { teams: [{ slug: 'new', name: 'New' }] })
  const state = async () => (await ask(recordHeads, world.people.auditor, {})).data
  await expect.poll(async () => (await state()).anchors[0]?.size ?? 0, { timeout: 20_000 }).toBeGreaterThan(1)
  await expect.poll(async () => (await state()).checked?.size ?? 0, { timeout: 20_000 }).toBeGreaterThan(0)
  const { head, size, alarms, keys } = await state()
  expect({ head: head?.size, alarms, keys: keys.length }).toEqual({ head: size, alarms: [], keys: 1 })
  expect(readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => readAnchorLine(line)?.head.size).at(-1)).toBe(size)
  // Watching over records makes no records: a quiet server stays quiet.
  const { rowCount } = await pool().query('select 1 from record')
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect((await pool().query('select 1 from record')).rowCount).toBe(rowCount)
  expect((await state()).head?.size).toBe(size)
}, 60_000)
