import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import type { StandingRollbackRule } from '#lib/governance/model.ts'
import { reactions as incidents } from '#lib/incidents/reactions.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { quarantineRelease } from '#lib/releases/commands/quarantine-release.ts'
import { takeLocks } from '#lib/state/commands/take-locks.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { SeededBreach } from '#tests/support/incident.ts'
import { seatPerson, seedBreach, tell, withConsequences } from '#tests/support/incident.ts'
import { leasable } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { runView } from '../queries/run.ts'
import { leaseStep } from './lease-step.ts'
import { proposePlan } from './propose-plan.ts'
import { startStandingRun } from './start-standing-run.ts'
import { pauseRun, stopRun } from './steer-run.ts'

type Service = 'checkout' | 'payments' | 'storefront'
type Release = Awaited<ReturnType<typeof seedRelease>>
let world: World
const good = {} as Record<Service, Release>
const bad = {} as Record<Service, Release>

beforeAll(async () => void (await freshDatabase()))

/** 1.5.0 of everything runs everywhere, and 1.4.2 is what to go back to. */
beforeEach(async () => {
  world = await seedWorld()
  for (const service of ['checkout', 'payments', 'storefront'] as const) {
    good[service] = await seedRelease(world, service, '1.4.2')
    bad[service] = await seedRelease(world, service, '1.5.0')
    for (const region of ['eu', 'us'] as const) {
      await seeRunning(world.targets[`${service}/${region}`], bad[service].digest, '1.5.0')
      await db().target.update({ where: { id: world.targets[`${service}/${region}`] }, data: { lastKnownGoodReleaseId: good[service].id } })
    }
  }
})

/** A policy that lets these criteria rules take anything back. */
const allow = (rules: string[], says: Partial<StandingRollbackRule> = {}) =>
  execute(applyPolicy, world.people.admin, {
    document: { v: 1, standing: [{ name: 'back by itself', purpose: 'rollback', environments: ['production'], rules, services: ['*'], maxTargets: 4, maxRegions: 2, coolDownMinutes: 30, maxPerHour: 2, expiresAt: new Date(Date.now() + 86_400_000).toISOString(), ...says }] },
    reason: 'a test',
  })
const ruleOf = (breach: SeededBreach): string => String(breach.event.data['rule'])

/** An incident of a service with a breach that asks for a rollback, and its plan. */
async function incidentOf(service: Service, action = 'rollback', over: object = {}): Promise<{ incidentId: string; planId: string; rule: string; breachId: string }> {
  const { id: incidentId } = await seedIncident(world, `${service} fails`)
  await db().incident.update({ where: { id: incidentId }, data: { serviceIds: [world.services[service]], releaseId: bad[service].id } })
  const breach = await seedBreach(world, `${service}/eu`, { releaseId: bad[service].id, action })
  await db().breach.update({ where: { id: breach.id }, data: { incidentId } })
  const { planId } = await execute(proposePlan, world.people.responder, { incidentId, environment: 'production', services: [service], ...over })
  return { incidentId, planId: planId ?? '', rule: ruleOf(breach), breachId: breach.id }
}

const start = (planId: string, actor: Actor = system('test')) => execute(startStandingRun, actor, { planId })
const runs = () => db().run.count({ where: { projectId: world.projectId } })

describe('from the breach on', () => {
  test('a rule whose action is rollback takes it back by itself where the policy lets it, and says by which right', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: bad.checkout.id })
    await allow([ruleOf(breach)])
    await withConsequences(incidents, () => tell(incidents, breach.event))
    const run = await db().run.findFirstOrThrow({ where: { projectId: world.projectId } })
    expect(run).toMatchObject({ status: 'running', authority: { kind: 'standing', policyRevision: 1, rule: 'back by itself', asked: ruleOf(breach) }, commanderTerm: null })
    expect((await ask(runView, world.people.viewer, { runId: run.id })).data.authority).toMatchObject({ kind: 'standing', rule: 'back by itself' })
    expect(await db().incident.findFirst({ where: { projectId: world.projectId } })).toMatchObject({ status: 'mitigating' })
    const agent = world.agents.eu
    const candidate = await leasable(agent)
    expect((await execute(leaseStep, agent, { stepId: candidate?.id ?? '' })).lease).not.toBeNull()
  })

  test('a rule whose action is propose does not, whatever the policy says', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: bad.checkout.id, action: 'propose' })
    await allow([ruleOf(breach)])
    await withConsequences(incidents, () => tell(incidents, breach.event))
    expect(await db().plan.count({ where: { projectId: world.projectId } })).toBe(1)
    expect(await runs()).toBe(0)
    expect(await db().auditRecord.count({ where: { projectId: world.projectId, action: 'run.start-standing' } })).toBe(0)
  })

  test('where the policy does not cover it, the timeline says why nothing has begun', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: bad.checkout.id })
    await withConsequences(incidents, () => tell(incidents, breach.event))
    expect(await runs()).toBe(0)
    const [record] = await db().$queryRaw<{ payload: { refused?: string } }[]>`select p.payload from record r join record_payload p on p.record_id = r.id where r.action = 'run.start-standing' and r.project_id = ${world.projectId}::uuid`
    expect(record?.payload.refused).toBe(`no standing approval covers a rollback of checkout in production that ${ruleOf(breach)} asks for`)
    expect(await db().outbox.count({ where: { projectId: world.projectId, name: 'run.withheld' } })).toBe(1)
  })

  test('a breach that asks for it and joins an incident whose plan stands starts that plan', async () => {
    const first = await seedBreach(world, 'checkout/eu', { releaseId: bad.checkout.id, action: 'propose' })
    await withConsequences(incidents, () => tell(incidents, first.event))
    const second = await seedBreach(world, 'checkout/us', { releaseId: bad.checkout.id })
    await allow([ruleOf(second)])
    await withConsequences(incidents, () => tell(incidents, second.event))
    expect(await db().run.findMany({ where: { projectId: world.projectId } })).toMatchObject([{ authority: { asked: ruleOf(second) } }])
  })

  test('where something else holds a target, the timeline says so', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: bad.checkout.id })
    await allow([ruleOf(breach)])
    await execute(takeLocks, system('test'), { names: ['target:production/checkout/eu'], owner: { kind: 'run', id: newId() }, reason: 'another run', projectId: world.projectId })
    await withConsequences(incidents, () => tell(incidents, breach.event))
    expect(await runs()).toBe(0)
    const [note] = await db().$queryRaw<{ text: string }[]>`select p.payload->'input'->>'text' as text from record r join record_payload p on p.record_id = r.id where r.action = 'incident.note' and r.project_id = ${world.projectId}::uuid`
    expect(note?.text).toMatch(/^No automatic rollback: .*target:production\/checkout\/eu/)
  })
})

describe('people decide', () => {
  test.each<[string, (about: Awaited<ReturnType<typeof incidentOf>>) => Promise<unknown>, string]>([
    ['once somebody commands the incident', ({ incidentId }) => seatPerson(world, incidentId, world.people.commander.id), 'commander commands this incident and decides'],
    ['when what to go back to was quarantined', () => execute(quarantineRelease, world.people.responder, { releaseId: good.checkout.id, reason: 'wrong too' }), 'checkout 1.4.2 is quarantined by responder: wrong too; lift the quarantine first'],
    ['when the fleet is no longer as it was', () => seeRunning(world.targets['checkout/eu'], good.checkout.digest, '1.4.2'), 'the fleet has changed since the plan was made'],
    ['when it was closed', ({ incidentId }) => db().incident.update({ where: { id: incidentId }, data: { status: 'closed', closedAt: new Date() } }), 'the incident is closed; declare another one'],
    ['when more moves than was agreed to', ({ rule }) => allow([rule], { maxTargets: 1 }), 'it moves 2 targets and back by itself allows 1'],
    ['when the approval ended', ({ rule }) => allow([rule], { expiresAt: '2020-01-01T00:00:00Z' }), 'the standing approval back by itself ended'],
  ])('%s', async (_when, happens, because) => {
    const about = await incidentOf('checkout')
    await allow([about.rule])
    await happens(about)
    expect(await start(about.planId)).toEqual({ runId: null, because: expect.stringContaining(because) })
    expect(await runs()).toBe(0)
  })

  test('about a version that one of them named', async () => {
    await seedRelease(world, 'checkout', '1.4.9')
    const { planId, rule } = await incidentOf('checkout', 'rollback', { toVersions: { checkout: '1.4.9' }, reason: 'it has the fix' })
    await allow([rule])
    expect(await start(planId)).toEqual({ runId: null, because: 'a person has chosen the version to go back to, so people decide' })
  })

  test('after one was tried in this incident', async () => {
    const { incidentId, planId, rule } = await incidentOf('checkout')
    await allow([rule], { coolDownMinutes: 1 })
    const { runId } = await start(planId)
    await execute(stopRun, world.people.responder, { runId: runId ?? '', reason: 'not this' })
    const { planId: another } = await execute(proposePlan, world.people.responder, { incidentId, environment: 'production', services: ['checkout'], regions: ['eu'] })
    expect(await start(another ?? '')).toEqual({ runId: null, because: 'a rollback was tried in this incident before (paused), so people decide' })
  })

  test('and nothing is said where the breach is over', async () => {
    const { planId, rule, breachId } = await incidentOf('checkout')
    await allow([rule])
    await db().breach.update({ where: { id: breachId }, data: { closedAt: new Date() } })
    expect(await start(planId)).toEqual({ runId: null, because: null })
  })

  test.each<[string, () => Actor, string]>([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['a commander, who has the votes for it', () => world.people.commander, 'forbidden'],
    ['a pipeline', () => world.pipeline, 'forbidden'],
    ['an agent', () => world.agents.eu, 'forbidden'],
    ['a stranger', () => world.stranger, 'not_found'],
  ])('%s cannot use the standing approval', async (_who, actor, code) => {
    const { planId, rule } = await incidentOf('checkout')
    await allow([rule])
    await expect(start(planId, actor())).rejects.toMatchObject({ code })
    expect(await runs()).toBe(0)
  })
})

describe('many at once', () => {
  test('two engines start one run', async () => {
    const { planId, rule } = await incidentOf('checkout')
    await allow([rule])
    const answers = await Promise.all(Array.from({ length: 8 }, () => start(planId)))
    expect(answers.filter((answer) => answer.runId)).toHaveLength(1)
    expect(await runs()).toBe(1)
  })

  test('of twenty incidents of twenty services a cap of two lets exactly two begin', async () => {
    const plans: string[] = []
    const rules: string[] = []
    for (let n = 0; n < 20; n++) {
      const service = `svc-${n}`
      const serviceId = newId()
      await db().service.create({ data: { id: serviceId, projectId: world.projectId, name: service, teamId: world.teamId, tier: 2, dataClass: 'internal', jurisdictions: [] } })
      world.services[service as Service] = serviceId
      world.targets[`${service}/eu` as 'checkout/eu'] = newId()
      await db().target.create({ data: { id: world.targets[`${service}/eu` as 'checkout/eu'], projectId: world.projectId, serviceId, environmentId: world.environmentId, regionId: world.regions.eu, kind: 'real', instances: 2, minUp: 1 } })
      good[service as Service] = await seedRelease(world, service as Service, '1.4.2')
      bad[service as Service] = await seedRelease(world, service as Service, '1.5.0')
      await seeRunning(world.targets[`${service}/eu` as 'checkout/eu'], bad[service as Service].digest, '1.5.0')
      await db().target.update({ where: { id: world.targets[`${service}/eu` as 'checkout/eu'] }, data: { lastKnownGoodReleaseId: good[service as Service].id } })
      const { planId, rule } = await incidentOf(service as Service)
      plans.push(planId)
      rules.push(rule)
    }
    await allow(rules)
    const answers = await Promise.all(plans.map((planId) => start(planId)))
    expect(answers.filter((answer) => answer.runId)).toHaveLength(2)
    expect(await runs()).toBe(2)
    for (const { runId, because } of answers) if (!runId) expect(because).toContain('back by itself has begun 2 of 2 within the hour')
    // An hour later it may go on.
    await db().run.updateMany({ where: { projectId: world.projectId }, data: { startedAt: new Date(Date.now() - 3_700_000) } })
    const later = await start(plans[answers.findIndex((answer) => !answer.runId)] ?? '')
    expect(later.runId).not.toBeNull()
  })

  test('a service that was taken back by itself is left alone until it has cooled down', async () => {
    const first = await incidentOf('checkout')
    const second = await incidentOf('checkout')
    await allow([first.rule, second.rule])
    await start(first.planId)
    expect(await start(second.planId)).toEqual({ runId: null, because: expect.stringMatching(/^checkout was rolled back automatically before: cool-down until /) })
  })
})

describe('while it runs', () => {
  test('the policy is asked again before every lease: without the rule it waits for a person', async () => {
    const { planId, rule } = await incidentOf('checkout')
    await allow([rule])
    const { runId } = await start(planId)
    await execute(applyPolicy, world.people.admin, { document: { v: 1 }, reason: 'no more of this' })
    const candidate = await leasable(world.agents.eu)
    expect((await execute(leaseStep, world.agents.eu, { stepId: candidate?.id ?? '' })).lease).toBeNull()
    expect(await db().run.findUnique({ where: { id: runId ?? '' } })).toMatchObject({ status: 'paused', because: 'the policy no longer has a standing approval back by itself that covers this' })
  })

  test('a cap that it has itself used up does not stop it', async () => {
    const { planId, rule } = await incidentOf('checkout')
    await allow([rule], { maxPerHour: 1 })
    await start(planId)
    const candidate = await leasable(world.agents.eu)
    expect((await execute(leaseStep, world.agents.eu, { stepId: candidate?.id ?? '' })).lease).not.toBeNull()
  })

  test('any responder may stop it, and whoever takes the seat may pause it', async () => {
    const { incidentId, planId, rule } = await incidentOf('checkout')
    await allow([rule])
    const { runId } = await start(planId)
    await expect(execute(pauseRun, world.people.commander, { runId: runId ?? '', reason: 'let me look' })).rejects.toMatchObject({ code: 'forbidden' })
    await seatPerson(world, incidentId, world.people.commander.id)
    await execute(pauseRun, world.people.commander, { runId: runId ?? '', reason: 'let me look' })
    expect(await db().run.findUnique({ where: { id: runId ?? '' } })).toMatchObject({ status: 'paused', commanderTerm: 1 })
  })
})
