import { beforeAll, beforeEach, expect, test } from 'vitest'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { planOf } from '#tests/support/plan-steps.ts'
import { seedStartedRun } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedRelease, seedWorld } from '#tests/support/world.ts'
import { completeStep } from './commands/complete-step.ts'
import { leaseStep } from './commands/lease-step.ts'
import type { SchemaEffect } from './rules/schema-effects.ts'
import { loadSchemaEffects } from './schema.ts'

let world: World
let stepId: string

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => void (world = await seedWorld()))

/** A run whose first step does this to a schema. */
async function begin(effect: SchemaEffect | null): Promise<void> {
  await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'a test', purpose: 'deployment', environments: ['production'] }] }, reason: 'a test' })
  const run = await seedStartedRun(world, { purpose: 'deployment', steps: [{ key: 'a' }, { key: 'b', after: ['a'] }] })
  stepId = run.steps['a'] as string
  if (effect) await db().step.update({ where: { id: stepId }, data: { schemaEffect: effect as object } })
}
const lease = async (): Promise<number> => (await execute(leaseStep, world.agents.eu, { stepId })).lease?.epoch ?? 0
const report = (epoch: number, outcome: 'succeeded' | 'failed') => execute(completeStep, world.agents.eu, { v: 1, stepId, epoch, outcome, because: null, result: null, want: false })
const version = async (): Promise<number | undefined> => (await db().databaseSchema.findUnique({ where: { environmentId_database_region: { environmentId: world.environmentId, database: 'orders', region: 'eu' } } }))?.version

test('what may migrate up counts from its lease on, also when it fails', async () => {
  await begin({ database: 'orders', region: 'eu', version: 5, when: 'begins' })
  const epoch = await lease()
  expect(await version()).toBe(5)
  await report(epoch, 'failed')
  expect(await version()).toBe(5)
})

test.each([['failed', 5], ['succeeded', 4]] as const)('what takes a version back and %s leaves it at %i', async (outcome, stands) => {
  await db().databaseSchema.create({ data: { projectId: world.projectId, environmentId: world.environmentId, database: 'orders', region: 'eu', version: 5, at: new Date(), by: 'x' } })
  await begin({ database: 'orders', region: 'eu', version: 4, when: 'succeeded' })
  const epoch = await lease()
  expect(await version()).toBe(5)
  await report(epoch, outcome)
  expect(await version()).toBe(stands)
})

test('what has nothing to do with a schema writes nothing about one', async () => {
  await begin(null)
  await report(await lease(), 'succeeded')
  expect(await db().databaseSchema.count({ where: { projectId: world.projectId } })).toBe(0)
})

test('what a step does to a schema is what its release declares', async () => {
  const { id, version: to } = await seedRelease(world, 'checkout', '3.0.0', undefined, { schema: { database: 'orders', scope: 'global', reads: [3, 5], writes: 5, migrations: [] } })
  const plain = await seedRelease(world, 'payments', '3.0.0')
  const step = (target: 'checkout/eu' | 'payments/eu') => ({ ...planOf([]).steps[0], key: `deploy:${target}`, role: 'deploy', target: world.targets[target] })
  const move = (target: 'checkout/eu' | 'payments/eu', releaseId: string) => ({ target: world.targets[target], service: target, region: 'eu', from: [], to: { releaseId, version: to, digest: '', url: '' }, why: 'asked', group: null })
  const document = { ...planOf([]), moves: [move('checkout/eu', id), move('payments/eu', plain.id)], steps: [step('checkout/eu'), step('payments/eu')] }
  expect([...(await loadSchemaEffects(db(), document as never))]).toEqual([['deploy:checkout/eu', { database: 'orders', region: null, version: 5, when: 'begins' }]])
})
