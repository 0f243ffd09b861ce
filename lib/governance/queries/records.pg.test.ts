import { beforeAll, expect, test } from 'vitest'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { execute } from '#lib/platform/command.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { takeSeat } from '../commands/take-seat.ts'
import { recordList } from './records.ts'

let world: World
let incidentId: string

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  for (let n = 1; n <= 7; n++) await execute(applyCatalog, world.people.admin, { teams: [{ slug: `team-${n}`, name: `Team ${n} 100%` }] })
  incidentId = (await seedIncident(world)).id
  await execute(takeSeat, world.people.commander, { incidentId, term: 0 })
})

const list = async (input: Record<string, string> = {}) => (await ask(recordList, world.people.auditor, input as never)).data

test('reads newest first, page by page, each record once', async () => {
  const seen: string[] = []
  let before: string | null = null
  do {
    const page = await list({ limit: '3', ...(before ? { before } : {}) })
    seen.push(...page.records.map((record) => record.action))
    before = page.next
  } while (before)
  expect(seen).toEqual(['seat.take', ...Array.from({ length: 7 }, () => 'catalog.apply')])
})

test('says what was done by whom to what, and that it is not sealed yet', async () => {
  const { records, sealed, unsealed } = await list({ incidentId })
  expect(records).toEqual([
    expect.objectContaining({ action: 'seat.take', actor: { kind: 'person', id: world.people.commander.id, name: 'commander' }, subject: { kind: 'seat', id: incidentId }, incidentId, leaf: null, payload: expect.objectContaining({ term: 1 }) }),
  ])
  expect([sealed, unsealed]).toEqual([0, 8])
})

test.each([
  [{ search: 'team 3' }, 1],
  [{ search: '100%' }, 7],
  [{ search: '100_' }, 0],
  [{ search: 'COMMANDER' }, 1],
  [{ action: 'catalog.apply' }, 7],
  [{ action: 'catalog' }, 0],
])('%j finds %i', async (input, count) => {
  expect((await list(input)).records).toHaveLength(count)
})

test.each([[{ limit: '101' }, 'limit'], [{ before: 'yesterday' }, 'before'], [{ incidentId: 'INC-1' }, 'incidentId']])('%j is refused', async (input, field) => {
  await expect(list(input)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
})

test('is for auditors and administrators, and of their own projects', async () => {
  await expect(ask(recordList, world.people.commander, {})).rejects.toMatchObject({ code: 'forbidden' })
  expect((await ask(recordList, world.stranger, {})).data).toEqual({ records: [], next: null, sealed: 0, unsealed: 0 })
})
