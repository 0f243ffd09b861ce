import { beforeAll, beforeEach, expect, test } from 'vitest'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedStartedRun } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { completeStep } from './complete-step.ts'
import type { Lease } from './lease-step.ts'
import { leaseStep } from './lease-step.ts'

let world: World
let steps: string[]

beforeAll(async () => void (await freshDatabase()))

/** A run of three snapshots of checkout in eu, none of which waits for another. */
beforeEach(async () => {
  world = await seedWorld()
  await applyStanding(['production'])
  const run = await seedStartedRun(world, { purpose: 'deployment', steps: [0, 1, 2].map((n) => ({ key: `snapshot:${n}`, role: 'snapshot' as const, kind: 'snapshot', params: { service: 'checkout' } })) })
  steps = [0, 1, 2].map((n) => run.steps[`snapshot:${n}`] as string)
})

const applyStanding = (environments: string[]) =>
  execute(applyPolicy, world.people.admin, { document: { v: 1, standing: environments.map((name) => ({ name: `releases go to ${name}`, purpose: 'deployment' as const, environments: [name] })) }, reason: 'a test' })
const take = async (): Promise<Lease> => {
  const { lease } = await execute(leaseStep, world.agents.eu, { stepId: steps[0] as string })
  if (!lease) throw new Error('there was a step to take')
  return lease
}
const complete = async (lease: Lease, want = true): Promise<Lease | null> =>
  (await execute(completeStep, world.agents.eu, { v: 1, stepId: lease.stepId, epoch: lease.epoch, outcome: 'succeeded', because: null, result: null, want })).lease
const recordsOf = async (stepId: string): Promise<string[]> => (await pool().query<{ action: string }>(`select action from record where subject_id = $1 order by at, id`, [stepId])).rows.map((row) => row.action)

test('a report whose answer was lost gets the same lease again, at the same epoch and for as long', async () => {
  const first = await take()
  const given = await complete(first)
  expect(given).toMatchObject({ stepId: steps[1], attempt: 1, epoch: 1 })
  await db().step.update({ where: { id: steps[1] as string }, data: { leaseExpiresAt: new Date(Date.now() + 1_000) } })

  expect(await complete(first)).toEqual(given)
  const leased = await db().step.findMany({ where: { id: { in: steps }, status: 'leased' } })
  expect(leased.map((step) => step.id)).toEqual([steps[1]])
  expect(leased[0]?.leaseExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 10_000)
  expect(await db().attempt.count({ where: { stepId: { in: steps } } })).toBe(2)
  expect(await recordsOf(first.stepId)).toEqual(['step.lease', 'step.complete'])
})

test('what was handed over is given again only while it is held, and never in place of another lease', async () => {
  const first = await take()
  const given = await complete(first) as Lease
  const next = await complete(given)
  expect(next).toMatchObject({ stepId: steps[2] })
  // The first report is long answered: its lease has ended, and no other is taken for it.
  expect(await complete(first)).toBeNull()
  expect(await complete(given)).toEqual(next)
  // A lease that ran out is not brought back to life.
  await db().step.update({ where: { id: steps[2] as string }, data: { leaseExpiresAt: new Date(Date.now() - 1_000) } })
  expect(await complete(given)).toBeNull()
  expect(await db().step.findUnique({ where: { id: steps[2] as string } })).toMatchObject({ status: 'leased', epoch: 1n })
})

test('whoever wants nothing more is given nothing more', async () => {
  const first = await take()
  expect(await complete(first, false)).toBeNull()
  expect(await complete(first, true)).toBeNull()
  expect(await db().step.count({ where: { id: { in: steps }, status: 'leased' } })).toBe(0)
})

test('no step is leased under a standing approval that the policy has no more: the run waits for a person', async () => {
  await applyStanding([])
  expect((await execute(leaseStep, world.agents.eu, { stepId: steps[0] as string })).lease).toBeNull()
  expect(await db().run.findFirst({ where: { projectId: world.projectId } })).toMatchObject({ status: 'paused', because: 'the policy has no standing approval for this any more' })
  expect(await db().step.count({ where: { id: { in: steps }, status: 'ready' } })).toBe(3)
})

test('a record names what was done and never keeps a snapshot’s settings', async () => {
  const first = await take()
  await execute(completeStep, world.agents.eu, { v: 1, stepId: first.stepId, epoch: 1, outcome: 'succeeded', because: null, result: { digest: 'sha256:x', content: { GREETING: 'only-in-the-snapshot' } }, want: false })
  expect(await db().snapshot.findFirst({ where: { targetId: world.targets['checkout/eu'] } })).toMatchObject({ content: { GREETING: 'only-in-the-snapshot' } })
  expect(await db().$queryRaw`select 1 from record_payload where payload::text like '%only-in-the-snapshot%'`).toEqual([])
})

test('an agent that comes second leaves no record of a lease that it did not get', async () => {
  await take()
  expect((await execute(leaseStep, world.agents.eu, { stepId: steps[0] as string })).lease).toBeNull()
  expect(await recordsOf(steps[0] as string)).toEqual(['step.lease'])
})
