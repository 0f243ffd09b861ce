import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { voteOnPlan } from '#lib/governance/commands/vote.ts'
import { system } from '#lib/platform/actor.ts'
import { command, execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { quarantineRelease } from '#lib/releases/commands/quarantine-release.ts'
import { requestDeployment } from '#lib/releases/commands/request-deployment.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson, seedBreach, withConsequences } from '#tests/support/incident.ts'
import { leasable } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import type { PlanDocument } from '../model.ts'
import { reactions } from '../reactions.ts'
import { callOffDeployment } from './call-off.ts'
import { completeStep } from './complete-step.ts'
import { executeDeployment } from './execute-deployment.ts'
import { leaseStep } from './lease-step.ts'
import { proposePlan } from './propose-plan.ts'
import { quarantineSuspects } from './quarantine-suspects.ts'
import { startRun } from './start-run.ts'
import { submitPlan } from './submit-plan.ts'

type Release = Awaited<ReturnType<typeof seedRelease>>
let world: World
let good: Release
let bad: Release
let payments: Release
let incident: { id: string; number: number }

beforeAll(async () => void (await freshDatabase()))

/** checkout 1.5.0 runs everywhere and 1.4.2 was known good; payments runs 2.0.0, its last known good is 1.9.0. */
beforeEach(async () => {
  world = await seedWorld()
  good = await seedRelease(world, 'checkout', '1.4.2')
  bad = await seedRelease(world, 'checkout', '1.5.0')
  const before = await seedRelease(world, 'payments', '1.9.0')
  payments = await seedRelease(world, 'payments', '2.0.0')
  for (const region of ['eu', 'us'] as const) {
    await seeRunning(world.targets[`checkout/${region}`], bad.digest, '1.5.0')
    await seeRunning(world.targets[`payments/${region}`], payments.digest, '2.0.0')
    await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id } })
    await db().target.update({ where: { id: world.targets[`payments/${region}`] }, data: { lastKnownGoodReleaseId: before.id } })
  }
  incident = await seedIncident(world)
  const breach = await seedBreach(world, 'checkout/eu', { releaseId: bad.id })
  await db().breach.update({ where: { id: breach.id }, data: { incidentId: incident.id } })
  await db().incident.update({ where: { id: incident.id }, data: { releaseId: bad.id } })
  await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'ship', purpose: 'deployment', environments: ['production'] }] }, reason: 'a test' })
})

const propose = (over: object = {}) => execute(proposePlan, world.people.responder, { incidentId: incident.id, environment: 'production', services: ['checkout'], ...over })
const quarantine = (release: Release) => execute(quarantineRelease, world.people.responder, { releaseId: release.id, reason: 'wrong prices' })
const inQuarantine = async (release: Release): Promise<string | undefined> => (await db().quarantine.findFirst({ where: { releaseId: release.id, liftedAt: null } }))?.because
const documentOf = async (planId: string | null): Promise<PlanDocument> => (await db().plan.findUniqueOrThrow({ where: { id: planId ?? '' } })).document as unknown as PlanDocument

/** The agents do what is ready until nothing is, or until `before` says stop. */
async function work(releases: Record<string, Release>, before: (key: string) => Promise<void> = async () => undefined): Promise<string[]> {
  const done: string[] = []
  for (let idle = false; !idle; ) {
    idle = true
    for (const agent of Object.values(world.agents)) {
      const candidate = await leasable(agent)
      if (!candidate) continue
      await before((await db().step.findUniqueOrThrow({ where: { id: candidate.id } })).key)
      const { lease } = await execute(leaseStep, agent, { stepId: candidate.id })
      if (!lease) continue
      idle = false
      done.push(lease.key)
      const release = releases[lease.key.split(':')[1] ?? '']
      const result = lease.kind === 'deploy' || lease.kind === 'verify' ? { instances: [1, 2].map((n) => ({ id: `i-${n}`, digest: release?.digest ?? '', version: release?.version ?? '', state: 'healthy' })) } : {}
      await execute(completeStep, agent, { v: 1, stepId: lease.stepId, epoch: lease.epoch, outcome: 'succeeded', because: null, result, want: false })
    }
  }
  return done
}

/** Asks, votes and starts, as people would. */
async function rollBack(proposed: { planId: string | null; hash: string | null }): Promise<string> {
  const plan = { planId: proposed.planId ?? '', hash: proposed.hash ?? '' }
  const { requestId } = await execute(submitPlan, world.people.responder, plan)
  for (const voter of [world.people.approver, world.secondApprover]) await execute(voteOnPlan, voter, { requestId, vote: 'approve', planHash: plan.hash, reason: '' })
  await seatPerson(world, incident.id, world.people.commander.id)
  return (await execute(startRun, world.people.commander, plan)).runId
}

describe('a rollback that succeeded', () => {
  test('puts what it moved away from into quarantine in the commit of its end, with the breach that asked for it', async () => {
    const runId = await rollBack(await propose())
    await work({ checkout: good })
    expect(await inQuarantine(bad)).toBe(`rolled back in INC-${incident.number}: errors 7.8 % over 20 s, limit 2 % (312 requests)`)
    const commits = await db().outbox.groupBy({ by: ['xid'], where: { OR: [{ name: 'run.finished', subject: runId }, { name: 'release.quarantined', subject: bad.id }] } })
    expect(commits).toHaveLength(1)
    await expect(execute(requestDeployment, world.pipeline, { service: 'checkout', version: '1.5.0', environment: 'production' })).rejects.toMatchObject({ message: expect.stringContaining('is quarantined by Knowngood: rolled back in INC-') })
  })

  test('leaves alone what only had to come along', async () => {
    const proposed = await propose({ along: ['payments in eu', 'payments in us'] })
    expect((await documentOf(proposed.planId)).moves.map(({ service, why }) => `${service} ${why}`).sort()).toEqual(['checkout asked', 'checkout asked', 'payments along', 'payments along'])
    await rollBack(proposed)
    await work({ checkout: good, payments: { ...payments, digest: (await db().release.findFirstOrThrow({ where: { serviceId: world.services.payments, version: '1.9.0' } })).digest } })
    expect(await inQuarantine(bad)).toBeDefined()
    expect(await inQuarantine(payments)).toBeUndefined()
  })

  test('in a drill bans nothing', async () => {
    const { planId } = await propose()
    const suspects = command({
      name: 'test.suspects', summary: 'a test', permission: 'run.steer', input: z.strictObject({ kind: z.enum(['real', 'drill']) }),
      load: async () => ({ subject: null, scope: { projectId: world.projectId } }),
      run: async (context, { kind }) => {
        await quarantineSuspects(context, { kind, planId, incidentId: incident.id } as never)
        return { result: null, events: [] }
      },
    })
    await execute(suspects, system('test'), { kind: 'drill' })
    expect(await inQuarantine(bad)).toBeUndefined()
    await execute(suspects, system('test'), { kind: 'real' })
    expect(await inQuarantine(bad)).toBeDefined()
  })

  test('keeps in mind which bytes lie where', async () => {
    await rollBack(await propose())
    await work({ checkout: good })
    const staged = await db().artifactStaged.findMany({ where: { projectId: world.projectId }, orderBy: { regionId: 'asc' } })
    expect(staged.map(({ digest, agentId }) => [digest, agentId])).toEqual([[good.digest, world.agents.eu.id], [good.digest, world.agents.us.id]])
  })
})

describe('a deployment of what is in quarantine', () => {
  const request = async (): Promise<string> => (await execute(requestDeployment, world.pipeline, { service: 'payments', version: '1.9.0', environment: 'production' })).deploymentId
  const deployment = (id: string) => db().deployment.findUniqueOrThrow({ where: { id } })
  let going: Release
  beforeEach(async () => {
    const row = await db().release.findFirstOrThrow({ where: { serviceId: world.services.payments, version: '1.9.0' } })
    going = { id: row.id, digest: row.digest, version: row.version }
  })

  test('is refused although it was asked for before', async () => {
    const deploymentId = await request()
    await quarantine(going)
    await execute(executeDeployment, system('test'), { deploymentId })
    expect(await deployment(deploymentId)).toMatchObject({ status: 'refused', because: 'payments 1.9.0 is quarantined by responder: wrong prices; lift the quarantine first' })
  })

  test('is called off in the middle: no further step is leased, its locks are free, and it says why', async () => {
    const deploymentId = await request()
    await execute(executeDeployment, system('test'), { deploymentId })
    const done = await work({ payments: going }, async (key) => (key.startsWith('deploy:') && !(await inQuarantine(going)) ? void (await quarantine(going)) : undefined))
    expect(done.filter((key) => key.startsWith('deploy:'))).toEqual([])
    const { status, because, runId } = await deployment(deploymentId)
    expect({ status, because }).toEqual({ status: 'failed', because: 'called off: payments 1.9.0 is quarantined by responder: wrong prices' })
    expect(await db().run.findUniqueOrThrow({ where: { id: runId ?? '' } })).toMatchObject({ status: 'aborted' })
    expect(await db().lock.count({ where: { ownerId: runId } })).toBe(0)
  })

  test('is called off by the news itself: an agent that holds a step is told to stop', async () => {
    const deploymentId = await request()
    await execute(executeDeployment, system('test'), { deploymentId })
    const candidate = await leasable(world.agents.eu)
    await execute(leaseStep, world.agents.eu, { stepId: candidate?.id ?? '' })
    await withConsequences(reactions, () => quarantine(going))
    expect(await db().step.findUniqueOrThrow({ where: { id: candidate?.id ?? '' } })).toMatchObject({ status: 'leased', cancelling: true })
    expect(await deployment(deploymentId)).toMatchObject({ status: 'failed', because: expect.stringContaining('called off') })
    // Told again it changes nothing.
    const { runId } = await deployment(deploymentId)
    expect(await execute(callOffDeployment, system('test'), { runId: runId ?? '' })).toEqual({ calledOff: false })
  })
})

describe('a version that a person names', () => {
  test('that was never known good there is planned, and the plan says who decided so', async () => {
    const { planId } = await propose({ toVersions: { checkout: (await seedRelease(world, 'checkout', '1.4.9')).version }, reason: 'it has the fix' })
    expect((await documentOf(planId)).notes).toEqual(expect.arrayContaining(['checkout 1.4.9 was chosen by a person: it has the fix; it was never known good in eu', 'checkout 1.4.9 was chosen by a person: it has the fix; it was never known good in us']))
  })

  test('and that is in quarantine is refused, and the field says why', async () => {
    await quarantine(good)
    await expect(propose({ toVersions: { checkout: '1.4.2' }, reason: 'it is fine' })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'toVersions.checkout', message: 'checkout 1.4.2 is quarantined by responder: wrong prices; lift the quarantine first' }] } })
  })

  test('needs a reason', async () => {
    await expect(propose({ toVersions: { checkout: '1.4.2' } })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'reason' }] } })
  })
})

test('where everything that was good is in quarantine there is no plan, and it says why of each', async () => {
  await quarantine(good)
  expect(await propose()).toEqual({ planId: null, hash: null, alsoMove: null, because: 'checkout in eu and checkout in us: there is nothing to go back to: 1.5.0: it is under suspicion; 1.4.2: quarantined by responder: wrong prices; name a version' })
})

test('a plan says which better known release it passed over', async () => {
  const newer = await seedRelease(world, 'checkout', '1.4.3')
  await db().knownGood.create({ data: { id: crypto.randomUUID(), targetId: world.targets['checkout/eu'], releaseId: newer.id, at: new Date() } })
  await quarantine(newer)
  expect((await documentOf((await propose()).planId)).notes).toContain('checkout in eu goes back to 1.4.2 and not to 1.4.3: quarantined by responder: wrong prices')
})

test('a rollback to a release that was quarantined after the vote does not start', async () => {
  const proposed = await propose()
  await quarantine(good)
  await expect(rollBack(proposed)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('wrong prices') })
})

test('what comes along is named as the plan names it, and has somewhere to go', async () => {
  await expect(propose({ along: ['payments/eu'] })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'along.0', message: 'there is no such target here; name it as `payments in eu`' }] } })
  await expect(propose({ along: ['storefront in eu'] })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'along.0', message: expect.stringContaining('no last known good') }] } })
})
