import { beforeAll, beforeEach, expect, test } from 'vitest'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { takeLocks } from '#lib/state/commands/take-locks.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { hashPlan } from '../rules/hash-plan.ts'
import { completeStep } from './complete-step.ts'
import { expireLease } from './expire-lease.ts'
import { abortRun } from './steer-run.ts'

let world: World
let runId: string
/** One step in each region, both held by the agent there. */
let steps: { eu: string; us: string }

beforeAll(async () => void (await freshDatabase()))

async function begin(purpose: 'rollback' | 'deployment'): Promise<void> {
  const planId = newId()
  runId = newId()
  steps = { eu: newId(), us: newId() }
  const now = new Date()
  const document = { v: 1, purpose, environment: 'production', agentKind: 'real', moves: [], steps: [], edges: [], excused: [], losses: [], reversible: { yes: true, because: 'nothing moves' } }
  const planHash = hashPlan(document as never)
  await db().plan.create({ data: { id: planId, projectId: world.projectId, environmentId: world.environmentId, purpose, kind: 'real', v: 1, document, hash: planHash, forecast: {}, status: 'proposed', createdBy: 'test', createdAt: now } })
  await db().run.create({ data: { id: runId, projectId: world.projectId, planId, planHash, kind: 'real', status: 'running', authority: { kind: 'standing', policyRevision: 1, rule: 'test' }, startedBy: 'test', startedAt: now } })
  for (const [position, region] of (['eu', 'us'] as const).entries()) {
    const agentId = world.agents[region].id
    await db().step.create({
      data: {
        id: steps[region], projectId: world.projectId, runId, key: `deploy:${region}`, position, role: 'deploy', stepKind: 'deploy', kind: 'real', environmentId: world.environmentId, regionId: world.regions[region], serviceId: world.services.checkout,
        targetId: world.targets[`checkout/${region}`], params: {}, repeatable: false, timeoutMs: 30_000, after: [], status: 'leased', epoch: 1n, attempt: 1, agentId, leaseExpiresAt: new Date(now.getTime() + 15_000), startedAt: now,
      },
    })
    await db().attempt.create({ data: { stepId: steps[region], epoch: 1n, number: 1, agentId, kind: 'real', startedAt: now } })
  }
  await execute(takeLocks, system('test'), { names: ['target:production/checkout/eu', 'target:production/checkout/us'], owner: { kind: 'run', id: runId }, reason: 'a test', projectId: world.projectId })
}

const report = (region: 'eu' | 'us', outcome: 'failed' | 'cancelled') => execute(completeStep, world.agents[region], { v: 1, stepId: steps[region], epoch: 1, outcome, because: 'a test', result: null, want: false })
const held = (): Promise<number> => db().lock.count({ where: { ownerId: runId } })
const statusOf = async (): Promise<string | undefined> => (await db().run.findUnique({ where: { id: runId } }))?.status

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
  await execute(abortRun, world.people.commander, { runId, reason: 'a test' })
  expect(await statusOf()).toBe('aborted')
  await report('eu', 'cancelled')
  expect(await held()).toBe(2)
  await db().step.update({ where: { id: steps.us }, data: { leaseExpiresAt: new Date(Date.now() - 60_000) } })
  await execute(expireLease, system('lease watch'), { stepId: steps.us })
  expect(await held()).toBe(0)
})
