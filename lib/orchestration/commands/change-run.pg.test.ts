import { beforeAll, beforeEach, expect, test } from 'vitest'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { SeededRun } from '#tests/support/run.ts'
import { holdStep, seedStartedRun } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { completeStep } from './complete-step.ts'
import { expireLease } from './expire-lease.ts'
import { abortRun } from './steer-run.ts'

let world: World
let run: SeededRun

beforeAll(async () => void (await freshDatabase()))

/** One step in each region, both held by the agent there. */
async function begin(purpose: 'rollback' | 'deployment'): Promise<void> {
  run = await seedStartedRun(world, { purpose, startedBy: world.people.commander, moves: ['checkout/eu', 'checkout/us'], steps: [{ key: 'deploy:eu', repeatable: false }, { key: 'deploy:us', region: 'us', repeatable: false }] })
  for (const region of ['eu', 'us'] as const) await holdStep(run, `deploy:${region}`, world.agents[region])
}

const report = (region: 'eu' | 'us', outcome: 'failed' | 'cancelled') => execute(completeStep, world.agents[region], { v: 1, stepId: run.steps[`deploy:${region}`] as string, epoch: 1, outcome, because: 'a test', result: null, want: false })
const held = (): Promise<number> => db().lock.count({ where: { ownerId: run.runId } })
const statusOf = async (): Promise<string | undefined> => (await db().run.findUnique({ where: { id: run.runId } }))?.status

beforeEach(async () => {
  world = await seedWorld()
})

test('a deployment that failed in one region keeps its locks until the other region’s agent has stopped', async () => {
  await begin('deployment')
  await report('eu', 'failed')
  expect(await statusOf()).toBe('failed')
  expect(await held()).toBe(2)
  await report('us', 'cancelled')
  expect(await held()).toBe(0)
})

test('an aborted run keeps its locks until the last lease is given back or has run out', async () => {
  await begin('rollback')
  await execute(abortRun, world.people.commander, { runId: run.runId, reason: 'a test' })
  expect(await statusOf()).toBe('aborted')
  await report('eu', 'cancelled')
  expect(await held()).toBe(2)
  await db().step.update({ where: { id: run.steps['deploy:us'] as string }, data: { leaseExpiresAt: new Date(Date.now() - 60_000) } })
  await execute(expireLease, system('lease watch'), { stepId: run.steps['deploy:us'] as string })
  expect(await held()).toBe(0)
})
