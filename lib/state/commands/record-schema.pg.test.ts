import { beforeAll, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { recordSchema } from './record-schema.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const record = (database: string, how: 'raise' | 'set', version: number, region: string | null = 'eu', by = world.agents.eu) => execute(recordSchema, by, { environmentId: world.environmentId, database, region, version, how })
const versionOf = async (database: string, region = 'eu') => (await db().databaseSchema.findUnique({ where: { environmentId_database_region: { environmentId: world.environmentId, database, region } } }))?.version

test('raising never lowers; setting does; what changes nothing is no record', async () => {
  expect(await record('orders', 'raise', 4)).toEqual({ changed: true })
  expect(await record('orders', 'raise', 3)).toEqual({ changed: false })
  expect(await versionOf('orders')).toBe(4)
  expect(await record('orders', 'set', 3)).toEqual({ changed: true })
  expect(await record('orders', 'set', 3)).toEqual({ changed: false })
  expect(await versionOf('orders')).toBe(3)
  expect(await db().auditRecord.count({ where: { action: 'database.record', subjectId: 'orders/eu' } })).toBe(2)
})

test('a region’s database and the one for all are two', async () => {
  await record('users', 'set', 7, null)
  await record('users', 'set', 5)
  expect([await versionOf('users', ''), await versionOf('users')]).toEqual([7, 5])
})

test('of twenty that raise at once the highest stays', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => record('race', 'raise', n + 1)))
  expect(await versionOf('race')).toBe(20)
})

test.each([
  ['a person', () => record('x', 'set', 1, 'eu', world.people.commander as never), 'forbidden'],
  ['an agent of another region', () => record('x', 'set', 1, 'eu', world.agents.us), 'not_found'],
  ['somebody of another project', () => record('x', 'set', 1, null, world.stranger as never), 'not_found'],
  ['who names a region that is not there', () => record('x', 'set', 1, 'mars'), 'not_found'],
])('refuses %s', async (_who, attempt, code) => {
  await expect(attempt()).rejects.toMatchObject({ code })
})
