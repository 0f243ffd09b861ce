import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { reactions as communications } from '#lib/communications/reactions.ts'
import { execute } from '#lib/platform/command.ts'
import { system } from '#lib/platform/actor.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { news, seedBreach, seedRun, tell, withConsequences } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { openIncidentForBreach } from './commands/open-incident-for-breach.ts'
import { reactions } from './reactions.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
})

/** checkout runs 1.5.0 everywhere and 1.4.2 is known good. */
let suspect: { id: string; digest: string; version: string }
let good: { id: string; digest: string; version: string }
beforeEach(async () => {
  world = await seedWorld()
  good = await seedRelease(world, 'checkout', '1.4.2')
  suspect = await seedRelease(world, 'checkout', '1.5.0')
  for (const region of ['eu', 'us'] as const) {
    await seeRunning(world.targets[`checkout/${region}`], suspect.digest, suspect.version)
    await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id, desiredReleaseId: suspect.id } })
    for (const service of ['payments', 'storefront'] as const) await seeRunning(world.targets[`${service}/${region}`], (await db().release.findFirst({ where: { serviceId: world.services[service] } }))?.digest ?? (await seedRelease(world, service, '1.0.0')).digest, '1.0.0')
  }
})

const incidents = (): ReturnType<ReturnType<typeof db>['incident']['findMany']> => db().incident.findMany({ where: { projectId: world.projectId }, orderBy: { number: 'asc' } })

describe('a breach', () => {
  test('opens an incident with its severity, its suspect and a title that says what is wrong', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id, severity: 'SEV1' })
    await tell(reactions, breach.event)
    const [incident, ...more] = await incidents()
    expect(more).toEqual([])
    expect(incident).toMatchObject({ number: 1, title: 'checkout 1.5.0: errors in production', severity: 'SEV1', status: 'open', serviceIds: [world.services.checkout], releaseId: suspect.id, kind: 'real' })
    expect(await db().breach.findUniqueOrThrow({ where: { id: breach.id } })).toMatchObject({ incidentId: incident?.id })
  })

  test('told twice opens one', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })
    await tell(reactions, breach.event)
    await tell(reactions, breach.event)
    // A new event of the same breach, too.
    await tell(reactions, { ...breach.event, eventId: crypto.randomUUID() })
    expect(await incidents()).toHaveLength(1)
  })

  test.each(['notify', 'suppress'])('whose rule says %s opens none', async (action) => {
    await tell(reactions, (await seedBreach(world, 'checkout/eu', { releaseId: suspect.id, action })).event)
    expect(await incidents()).toEqual([])
  })

  test('of the last known good release opens an incident without a suspect', async () => {
    await tell(reactions, (await seedBreach(world, 'checkout/eu', { releaseId: good.id })).event)
    expect(await incidents()).toMatchObject([{ releaseId: null }])
  })

  describe('of a service that calls the broken one', () => {
    let calm: { id: string }
    beforeEach(async () => {
      // Releases are immutable, so the two that call each other are new ones.
      suspect = await seedRelease(world, 'checkout', '1.5.1', 'checkout 1.5.1', { offers: [{ contract: 'checkout-api', version: '1.5.0' }] })
      calm = await seedRelease(world, 'storefront', '1.4.9', 'storefront 1.4.9', { calls: [{ contract: 'checkout-api', range: '^1.0.0', scope: 'region' }] })
      await db().target.update({ where: { id: world.targets['storefront/eu'] }, data: { lastKnownGoodReleaseId: calm.id } })
    })

    test('joins the incident of its cause', async () => {
      await tell(reactions, (await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })).event)
      await tell(reactions, (await seedBreach(world, 'storefront/eu', { releaseId: calm.id })).event)
      expect(await incidents()).toMatchObject([{ title: 'checkout 1.5.1: errors in production', releaseId: suspect.id, serviceIds: [world.services.checkout, world.services.storefront] }])
    })

    test('that fired first is joined by its cause, and the incident is named after it', async () => {
      await tell(reactions, (await seedBreach(world, 'storefront/eu', { releaseId: calm.id })).event)
      await tell(reactions, (await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })).event)
      expect(await incidents()).toMatchObject([{ title: 'checkout 1.5.1: errors in production', releaseId: suspect.id, serviceIds: [world.services.storefront, world.services.checkout] }])
    })
  })

  test.each(['open', 'mitigating', 'monitoring'] as const)('joins an incident that is %s', async (status) => {
    const { id } = await seedIncident(world)
    await db().incident.update({ where: { id }, data: { status } })
    const breach = await seedBreach(world, 'checkout/us', { releaseId: suspect.id })
    await tell(reactions, breach.event)
    expect(await incidents()).toMatchObject([{ id, status: status === 'monitoring' ? 'mitigating' : status, releaseId: suspect.id, version: 2 }])
    expect(await db().outbox.findFirst({ where: { subject: id, name: 'incident.changed' } })).toMatchObject({ data: { breachId: breach.id } })
  })

  test('does not join one that is resolved', async () => {
    const { id } = await seedIncident(world)
    await db().incident.update({ where: { id }, data: { status: 'resolved' } })
    await tell(reactions, (await seedBreach(world, 'checkout/us', { releaseId: suspect.id })).event)
    expect(await incidents()).toHaveLength(2)
  })

  test('that waited while its incident was resolved begins a new one', async () => {
    const { id } = await seedIncident(world)
    const breach = await seedBreach(world, 'checkout/us', { releaseId: suspect.id })
    let joining: Promise<unknown> = Promise.resolve()
    await db().$transaction(async (tx) => {
      await tx.incident.update({ where: { id }, data: { status: 'resolved', version: { increment: 1 } } })
      joining = tell(reactions, breach.event)
      // Until the joiner waits for the row that we hold.
      for (let waiting = 0; waiting === 0; ) waiting = Number((await tx.$queryRaw<{ n: bigint }[]>`select count(*) as n from pg_locks where not granted`)[0]?.n ?? 0)
    })
    await joining
    expect(await incidents()).toMatchObject([{ id, status: 'resolved' }, { status: 'open' }])
    expect(await db().breach.findUniqueOrThrow({ where: { id: breach.id } })).not.toMatchObject({ incidentId: id })
  })

  test('of ten at once makes one incident with all ten', async () => {
    const breaches = await Promise.all(Array.from({ length: 10 }, (_, i) => seedBreach(world, i % 2 ? 'checkout/eu' : 'checkout/us', { releaseId: suspect.id })))
    const answers = await Promise.all(breaches.map((breach) => execute(openIncidentForBreach, system('test'), { breachId: breach.id })))
    expect(new Set(answers.map((answer) => answer.incidentId)).size).toBe(1)
    expect(answers.filter((answer) => answer.opened)).toHaveLength(1)
    const [incident, ...more] = await incidents()
    expect(more).toEqual([])
    expect(await db().breach.count({ where: { incidentId: incident?.id } })).toBe(10)
    expect(await db().outbox.count({ where: { subject: incident?.id, name: 'incident.opened' } })).toBe(1)
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is not joined by %s', async (_who, actor, code) => {
    const breach = await seedBreach(world, 'checkout/eu')
    await expect(execute(openIncidentForBreach, actor(), { breachId: breach.id })).rejects.toMatchObject({ code })
  })
})

describe('a way back', () => {
  test('is proposed once for all regions, although each region breaks by itself', async () => {
    const eu = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })
    const us = await seedBreach(world, 'checkout/us', { releaseId: suspect.id })
    const { told } = await withConsequences(reactions, () => Promise.all([tell(reactions, eu.event), tell(reactions, us.event)]))
    const plans = await db().plan.findMany({ where: { projectId: world.projectId } })
    expect(plans).toHaveLength(1)
    expect(plans[0]?.status).toBe('proposed')
    const { moves } = plans[0]?.document as unknown as { moves: { service: string; region: string; to: { version: string } }[] }
    expect(moves.map((move) => `${move.service} ${move.region} ${move.to.version}`).sort()).toEqual(['checkout eu 1.4.2', 'checkout us 1.4.2'])
    expect(told.filter((event) => event.name === 'plan.proposed')).toHaveLength(1)
  })

  test('is proposed again when the suspect has gone on to another region meanwhile, and not when nothing changed', async () => {
    await seeRunning(world.targets['checkout/us'], good.digest, good.version)
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })
    await withConsequences(reactions, () => tell(reactions, breach.event))
    const regionsOf = async (): Promise<[string, string[]][]> =>
      (await db().plan.findMany({ where: { projectId: world.projectId }, orderBy: { createdAt: 'asc' } })).map((plan) => [plan.status, (plan.document as unknown as { moves: { region: string }[] }).moves.map((move) => move.region).sort()])
    expect(await regionsOf()).toEqual([['proposed', ['eu']]])
    const deploymentId = crypto.randomUUID()
    await db().deployment.create({ data: { id: deploymentId, projectId: world.projectId, serviceId: world.services.checkout, environmentId: world.environmentId, releaseId: suspect.id, kind: 'real', status: 'succeeded', requestedBy: 'pipeline', createdAt: new Date(), soakSeconds: 60 } })
    await tell(reactions, news(world, 'deployment.finished', deploymentId))
    expect(await regionsOf()).toEqual([['proposed', ['eu']]])
    await seeRunning(world.targets['checkout/us'], suspect.digest, suspect.version)
    await tell(reactions, news(world, 'deployment.finished', deploymentId))
    expect(await regionsOf()).toEqual([['superseded', ['eu']], ['proposed', ['eu', 'us']]])
  })

  test('is not proposed without a suspect', async () => {
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: good.id })
    await withConsequences(reactions, () => tell(reactions, breach.event))
    expect(await db().plan.count({ where: { projectId: world.projectId } })).toBe(0)
  })

  test('that cannot be proven leaves a record that says why', async () => {
    await db().target.updateMany({ where: { projectId: world.projectId }, data: { lastKnownGoodReleaseId: null } })
    const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })
    await withConsequences(reactions, () => tell(reactions, breach.event))
    const [incident] = await incidents()
    const record = await db().auditRecord.findFirstOrThrow({ where: { action: 'plan.propose', incidentId: incident?.id } })
    expect((await db().recordPayload.findUniqueOrThrow({ where: { recordId: record.id } })).payload).toMatchObject({ refused: expect.any(String) })
  })

  test('is not proposed again while a rollback runs', async () => {
    const { id } = await seedIncident(world)
    await db().incident.update({ where: { id }, data: { status: 'mitigating', releaseId: suspect.id } })
    await seedRun(world, id, 'running')
    const breach = await seedBreach(world, 'checkout/us', { releaseId: suspect.id })
    await withConsequences(reactions, () => tell(reactions, breach.event))
    expect(await db().plan.count({ where: { projectId: world.projectId } })).toBe(1)
  })
})

describe('a rollback', () => {
  const about = (incidentId: string, name: string, subject: string, data: object): ReturnType<typeof news> => news(world, name, subject, { incidentId, data: { ...data } })

  test('that begins makes its incident mitigating; a deployment does not', async () => {
    const { id } = await seedIncident(world)
    const { runId } = await seedRun(world, id, 'running')
    await tell(reactions, about(id, 'run.started', runId, { purpose: 'deployment', status: 'running' }))
    expect(await incidents()).toMatchObject([{ status: 'open' }])
    const event = about(id, 'run.started', runId, { purpose: 'rollback', status: 'running' })
    await tell(reactions, event)
    await tell(reactions, event)
    expect(await incidents()).toMatchObject([{ status: 'mitigating', version: 2 }])
  })

  test.each([
    ['pass', 'monitoring', 0],
    ['fail', 'mitigating', 1],
    ['no data', 'mitigating', 1],
  ] as const)('with the verdict %s makes its incident %s', async (verdict, status, notes) => {
    const { id } = await seedIncident(world)
    await db().incident.update({ where: { id }, data: { status: 'mitigating' } })
    const { runId } = await seedRun(world, id, 'succeeded', verdict)
    const event = about(id, 'validation.finished', runId, { verdict })
    await tell(reactions, event)
    await tell(reactions, event)
    expect(await incidents()).toMatchObject([{ status }])
    expect(await db().auditRecord.count({ where: { incidentId: id, action: 'incident.note' } })).toBe(notes)
  })

  test.each([
    ['succeeded', 0],
    ['failed', 1],
    ['aborted', 1],
  ])('that %s leaves %i note', async (status, notes) => {
    const { id } = await seedIncident(world)
    const { runId } = await seedRun(world, id, status)
    await tell(reactions, about(id, 'run.finished', runId, { purpose: 'rollback', status }))
    expect(await db().auditRecord.count({ where: { incidentId: id, action: 'incident.note' } })).toBe(notes)
  })
})

test('from one breach follows everything that needs no person, in order', async () => {
  await db().onCall.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, teamId: world.teamId, personId: world.people.responder.id, level: 1 } })
  const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspect.id })
  const { told } = await withConsequences([...reactions, ...communications], () => tell([...reactions, ...communications], breach.event))
  // That nothing starts by itself without a standing approval is news too.
  expect(told.map((event) => event.name)).toEqual(['incident.opened', 'plan.proposed', 'notification.created', 'update.changed', 'run.withheld'])
})
