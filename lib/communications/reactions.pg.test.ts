import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import type { DomainEvent } from '#lib/platform/events.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { news, seedBreach, seedRun, tell } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { seeNotification } from './commands/see-notification.ts'
import { setComponents } from './commands/set-components.ts'
import { nobody } from './model.ts'
import { notificationMine } from './queries/notifications.ts'
import { reactions } from './reactions.ts'

let world: World
let incident: { id: string; number: number }

beforeAll(async () => {
  await freshDatabase()
})

beforeEach(async () => {
  world = await seedWorld()
  incident = await seedIncident(world)
  for (const [level, person] of [world.people.responder, world.people.commander].entries()) await db().onCall.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, teamId: world.teamId, personId: person.id, level: level + 1 } })
})

const about = (name: string, data: DomainEvent['data'] = {}): DomainEvent => news(world, name, incident.id, { incidentId: incident.id, data: { number: incident.number, status: 'open', ...data } })
const notes = (): ReturnType<ReturnType<typeof db>['notification']['findMany']> => db().notification.findMany({ where: { projectId: world.projectId } })
const drafts = (): ReturnType<ReturnType<typeof db>['update']['findMany']> => db().update.findMany({ where: { incidentId: incident.id }, orderBy: { createdAt: 'asc' } })

describe('an incident that opens', () => {
  test('calls everyone on call once, however often it is told', async () => {
    const event = about('incident.opened')
    await tell(reactions, event)
    await tell(reactions, event)
    await tell(reactions, about('incident.opened'))
    const told = await notes()
    expect(told.map((one) => one.personId).sort()).toEqual([world.people.responder.id, world.people.commander.id].sort())
    expect(told[0]).toMatchObject({ topic: 'incident-opened', title: `INC-${incident.number} SEV2: checkout fails`, url: `/incidents/${incident.number}`, kind: 'real', incidentId: incident.id })
    expect(await db().outbox.count({ where: { incidentId: incident.id, name: 'notification.created' } })).toBe(2)
    expect(await db().auditRecord.count({ where: { incidentId: incident.id, action: 'notification.create' } })).toBe(1)
  })

  test('with nobody on call says so', async () => {
    await db().onCall.deleteMany({ where: { projectId: world.projectId } })
    await tell(reactions, about('incident.opened'))
    const record = await db().auditRecord.findFirstOrThrow({ where: { incidentId: incident.id, action: 'notification.create' } })
    expect((await db().recordPayload.findUniqueOrThrow({ where: { recordId: record.id } })).payload).toMatchObject({ people: [] })
  })

  test('does not call people who have been disabled', async () => {
    await db().person.update({ where: { id: world.people.commander.id }, data: { disabledAt: new Date() } })
    await tell(reactions, about('incident.opened'))
    expect((await notes()).map((one) => one.personId)).toEqual([world.people.responder.id])
  })

  test('has a draft for the public waiting, and nothing is published', async () => {
    await execute(setComponents, world.people.admin, { components: [{ name: 'Buying', services: ['checkout'] }] })
    const event = about('incident.opened')
    await tell(reactions, event)
    await tell(reactions, event)
    expect(await drafts()).toMatchObject([{ status: 'draft', audience: 'public', phase: 'investigating', authorId: nobody, text: expect.stringContaining('a problem with Buying'), nextUpdateAt: expect.any(Date) }])
    expect(await db().publicUpdate.count({ where: { projectId: world.projectId } })).toBe(0)
  })

  test('as a drill has no draft, and its calls say that it is a drill', async () => {
    const environment = await db().environment.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, name: 'drill', kind: 'drill' } })
    await db().incident.update({ where: { id: incident.id }, data: { environmentId: environment.id, kind: 'drill' } })
    await tell(reactions, about('incident.opened'))
    expect(await drafts()).toEqual([])
    expect((await notes())[0]).toMatchObject({ kind: 'drill', title: expect.stringMatching(/^Drill: /) })
  })
})

describe('an incident that changes', () => {
  test('calls the team of a service that a further breach brings in', async () => {
    const team = await db().team.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, slug: 'pay', name: 'Pay' } })
    await db().service.update({ where: { id: world.services.payments }, data: { teamId: team.id } })
    await db().onCall.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, teamId: team.id, personId: world.people.approver.id, level: 1 } })
    await tell(reactions, about('incident.opened'))
    expect(await notes()).toHaveLength(2)
    await db().incident.update({ where: { id: incident.id }, data: { serviceIds: [world.services.checkout, world.services.payments] } })
    await tell(reactions, about('incident.changed'))
    expect(await notes()).toHaveLength(2)
    await tell(reactions, about('incident.changed', { breachId: crypto.randomUUID() }))
    expect((await notes()).map((one) => one.personId)).toContain(world.people.approver.id)
    expect(await notes()).toHaveLength(3)
  })

  test.each(['monitoring', 'resolved'] as const)('to %s has its words drafted once, if the public knows of it', async (status) => {
    await db().incident.update({ where: { id: incident.id }, data: { status, [`${status}At`]: new Date(Date.now() - 1_000) } })
    await tell(reactions, about('incident.changed', { status }))
    expect(await drafts()).toEqual([])
    await db().update.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, incidentId: incident.id, kind: 'real', audience: 'public', status: 'published', phase: 'investigating', text: 'We look.', textDigest: 'x', authorId: nobody, createdAt: new Date(0), publishedAt: new Date(0) } })
    await tell(reactions, about('incident.changed', { status }))
    await tell(reactions, about('incident.changed', { status }))
    expect((await drafts()).slice(1)).toMatchObject([{ phase: status, status: 'draft' }])
  })
})

describe('a request for approval', () => {
  test('is told to those who may vote on it, and to nobody else', async () => {
    const { planId } = await seedRun(world, incident.id, 'aborted')
    const elsewhere = await seedPerson(world.projectId, [], 'elsewhere')
    await db().grant.create({ data: { id: crypto.randomUUID(), personId: elsewhere.id, projectId: world.projectId, role: 'approver', serviceId: world.services.payments, createdAt: new Date() } })
    const id = crypto.randomUUID()
    await db().approvalRequest.create({
      data: {
        id, projectId: world.projectId, incidentId: incident.id, planId, planHash: 'sha256:x', sentence: 'checkout 1.5.0 → 1.4.2 in us, then eu', kind: 'real', requestedBy: world.people.commander.id, editors: [world.secondApprover.id],
        environmentId: world.environmentId, serviceIds: [world.services.checkout], policyRevision: 0, needs: { approvals: 2, roles: ['approver', 'commander'] }, status: 'pending', expiresAt: new Date(Date.now() + 60_000), createdAt: new Date(),
      },
    })
    const event = news(world, 'approval.requested', id, { incidentId: incident.id, data: { planId, status: 'pending' } })
    await tell(reactions, event)
    await tell(reactions, event)
    const told = await notes()
    expect(told.map((one) => one.personId).sort()).toEqual([world.people.approver.id, world.secondCommander.id].sort())
    expect(told[0]).toMatchObject({ topic: 'decision-wanted', title: 'Your vote is wanted: checkout 1.5.0 → 1.4.2 in us, then eu', incidentId: incident.id })
  })
})

describe('what I was told', () => {
  test("is mine: I see it, and that I have seen it; another's is absent", async () => {
    await tell(reactions, about('incident.opened'))
    const { responder, commander } = world.people
    const [mine] = (await ask(notificationMine, responder, {})).data
    expect(mine).toMatchObject({ topic: 'incident-opened', seenAt: null })
    const notificationId = mine?.id ?? ''
    await expect(execute(seeNotification, commander, { notificationId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(execute(seeNotification, world.pipeline, { notificationId })).rejects.toMatchObject({ code: 'not_found' })
    const first = await execute(seeNotification, responder, { notificationId })
    expect(await execute(seeNotification, responder, { notificationId })).toEqual(first)
    expect((await ask(notificationMine, responder, {})).data).toMatchObject([{ id: notificationId, seenAt: first.seenAt }])
    expect(await db().auditRecord.count({ where: { incidentId: incident.id, action: 'notification.see' } })).toBe(1)
    expect(await db().outbox.count({ where: { incidentId: incident.id, name: 'notification.seen' } })).toBe(1)
    expect((await ask(notificationMine, world.people.viewer, {})).data).toEqual([])
  })
})

describe('a rule that fires', () => {
  test('and only wants it known tells whoever is on call, once', async () => {
    const { event } = await seedBreach(world, 'checkout/eu', { action: 'notify' })
    await tell(reactions, event)
    await tell(reactions, event)
    const told = await notes()
    expect(told.map((one) => one.personId).sort()).toEqual([world.people.responder.id, world.people.commander.id].sort())
    expect(told[0]).toMatchObject({ topic: 'rule-fired', title: 'checkout in eu: errors 7.8 % over 20 s, limit 2 % (312 requests)', incidentId: null })
  })

  test.each(['rollback', 'propose', 'escalate', 'suppress'])('and says %s calls nobody by itself', async (action) => {
    await tell(reactions, (await seedBreach(world, 'checkout/eu', { action })).event)
    expect(await notes()).toEqual([])
  })
})

describe('a rollback that may take too long', () => {
  const alarm = (): DomainEvent => news(world, 'run.forecast-alarm', crypto.randomUUID(), { incidentId: incident.id, data: { region: 'eu', sentence: 'eu may be restored only 2 min after its RTO' } })

  test('is told to whoever is on call and to whoever commands, once a region', async () => {
    await db().seat.create({ data: { id: crypto.randomUUID(), scopeKind: 'incident', scopeId: incident.id, projectId: world.projectId, holderId: world.secondCommander.id, term: 1, takenAt: new Date() } })
    const event = alarm()
    await tell(reactions, event)
    await tell(reactions, { ...event, eventId: crypto.randomUUID() })
    await tell(reactions, { ...event, eventId: crypto.randomUUID(), data: { ...event.data, region: 'us' } })
    const told = await notes()
    expect(told).toHaveLength(6)
    expect(new Set(told.map((one) => one.personId))).toEqual(new Set([world.people.responder.id, world.people.commander.id, world.secondCommander.id]))
    expect(told[0]).toMatchObject({ topic: 'rto-at-risk', title: `INC-${incident.number}: eu may be restored only 2 min after its RTO`, url: `/runs/${event.subject}#eu` })
  })

  test('outside an incident is nobody’s call', async () => {
    await tell(reactions, { ...alarm(), incidentId: null })
    expect(await notes()).toEqual([])
  })
})
