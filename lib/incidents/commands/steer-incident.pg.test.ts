import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson, seedBreach, seedRun } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import type { IncidentStatus } from '../view.ts'
import { classifyIncident } from './classify-incident.ts'
import { closeIncident } from './close-incident.ts'
import { moveIncident } from './move-incident.ts'
import { noteIncident } from './note-incident.ts'
import { resolveIncident } from './resolve-incident.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

async function incidentThatIs(status: IncidentStatus): Promise<string> {
  const { id } = await seedIncident(world)
  await db().incident.update({ where: { id }, data: { status } })
  return id
}

const row = (id: string): Promise<{ status: string; severity: string; version: number; resolvedAt: Date | null; mitigatingAt: Date | null; monitoringAt: Date | null; closedAt: Date | null }> => db().incident.findUniqueOrThrow({ where: { id } })
const traces = async (incidentId: string, action: string): Promise<[number, number]> => [await db().auditRecord.count({ where: { incidentId, action } }), await db().outbox.count({ where: { incidentId } })]

const reason = 'because we looked'
type Try = (actor: Actor, incidentId: string) => Promise<unknown>
const writes: [string, IncidentStatus, Try][] = [
  ['incident.note', 'open', (actor, incidentId) => execute(noteIncident, actor, { incidentId, text: 'carts are lost' })],
  ['incident.classify', 'open', (actor, incidentId) => execute(classifyIncident, actor, { incidentId, severity: 'SEV1', reason })],
  ['incident.close', 'resolved', (actor, incidentId) => execute(closeIncident, actor, { incidentId, reason })],
]

describe.each(writes)('%s', (action, status, attempt) => {
  test('works for a responder and leaves one record and one event', async () => {
    const id = await incidentThatIs(status)
    await attempt(world.people.responder, id)
    expect(await traces(id, action)).toEqual([1, 1])
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
    ['nobody', (): Actor => ({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' }), 'unauthenticated'],
  ] as const)('is refused to %s and changes nothing', async (_who, actor, code) => {
    const id = await incidentThatIs(status)
    const before = await row(id)
    await expect(attempt(actor(), id)).rejects.toMatchObject({ code })
    expect(await row(id)).toEqual(before)
  })

  test('of an incident that does not exist is not found', async () => {
    await expect(attempt(world.people.responder, world.projectId)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('resolving', () => {
  const resolve = (incidentId: string, actor: Actor = world.people.commander, why?: string): Promise<unknown> => execute(resolveIncident, actor, { incidentId, ...(why ? { reason: why } : {}) })

  test('after a passed validation needs no seat and no reason', async () => {
    const id = await incidentThatIs('monitoring')
    await seedRun(world, id, 'succeeded', 'pass')
    await resolve(id, world.people.responder)
    expect(await row(id)).toMatchObject({ status: 'resolved', version: 2, resolvedAt: expect.any(Date) })
    expect(await traces(id, 'incident.resolve')).toEqual([1, 1])
  })

  test.each([
    ['nothing is measured', 'mitigating', 'succeeded', undefined, 'not yet measured'],
    ['the validation failed', 'mitigating', 'succeeded', 'fail', 'still worse'],
    ['it is being measured', 'mitigating', 'succeeded', 'measuring', 'not yet measured'],
    ['the rollback runs', 'mitigating', 'running', undefined, 'still running'],
    ['the rollback is paused', 'mitigating', 'paused', undefined, 'paused half-way'],
  ] as const)('is refused while %s, even to the commander with a reason', async (_why, status, run, verdict, because) => {
    const id = await incidentThatIs(status)
    await seatPerson(world, id, world.people.commander.id)
    await seedRun(world, id, run, verdict)
    await expect(resolve(id, world.people.commander, reason)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(because) })
    expect((await row(id)).status).toBe(status)
  })

  test.each([
    ['nothing was rolled back', undefined, undefined],
    ['the rollback was aborted', 'aborted', undefined],
    ['nothing could be measured', 'succeeded', 'no data'],
  ] as const)("by word, where %s, is the commander's alone and needs a reason", async (_why, run, verdict) => {
    const id = await incidentThatIs('mitigating')
    if (run) await seedRun(world, id, run, verdict)
    await expect(resolve(id, world.people.commander, reason)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('take the seat first') })
    await seatPerson(world, id, world.people.commander.id)
    await expect(resolve(id, world.secondCommander, reason)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('somebody else commands') })
    await expect(resolve(id)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'reason' }] } })
    await resolve(id, world.people.commander, reason)
    expect((await row(id)).status).toBe('resolved')
  })

  test('is refused while a rule is in breach', async () => {
    const id = await incidentThatIs('open')
    await seatPerson(world, id, world.people.commander.id)
    const breach = await seedBreach(world, 'checkout/eu')
    await db().breach.update({ where: { id: breach.id }, data: { incidentId: id } })
    await expect(resolve(id, world.people.commander, reason)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('still in breach') })
    await db().breach.update({ where: { id: breach.id }, data: { closedAt: new Date() } })
    await resolve(id, world.people.commander, reason)
  })

  test('what came back after a passed validation is again a matter of proof or word', async () => {
    const id = await incidentThatIs('monitoring')
    await seedRun(world, id, 'succeeded', 'pass')
    await execute(moveIncident, system('test'), { incidentId: id, move: 'mitigate', because: 'it broke again' })
    await expect(resolve(id, world.people.responder)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('came back') })
    await seatPerson(world, id, world.people.commander.id)
    await resolve(id, world.people.commander, reason)
    expect((await row(id)).status).toBe('resolved')
  })

  test('happens once, however many press at once', async () => {
    const id = await incidentThatIs('monitoring')
    await seedRun(world, id, 'succeeded', 'pass')
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => resolve(id)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 'rejected').map((answer) => (answer as PromiseRejectedResult).reason.code)).toEqual(Array(5).fill('conflict'))
    expect(await traces(id, 'incident.resolve')).toEqual([1, 1])
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is refused to %s', async (_who, actor, code) => {
    const id = await incidentThatIs('monitoring')
    await seedRun(world, id, 'succeeded', 'pass')
    await expect(resolve(id, actor())).rejects.toMatchObject({ code })
  })
})

describe('what happens elsewhere moves an incident', () => {
  const move = (incidentId: string, to: 'mitigate' | 'prove', actor: Actor = system('test')): Promise<{ status: string }> => execute(moveIncident, actor, { incidentId, move: to, because: 'it happened' })

  test('forward, with the time of each', async () => {
    const id = await incidentThatIs('open')
    await move(id, 'mitigate')
    await move(id, 'prove')
    expect(await row(id)).toMatchObject({ status: 'monitoring', version: 3, mitigatingAt: expect.any(Date), monitoringAt: expect.any(Date) })
  })

  test('and back, and then no time says that it is over', async () => {
    const id = await incidentThatIs('monitoring')
    await db().incident.update({ where: { id }, data: { monitoringAt: new Date() } })
    await move(id, 'mitigate')
    expect(await row(id)).toMatchObject({ status: 'mitigating', monitoringAt: null, resolvedAt: null })
  })

  test('not at all when it is there already', async () => {
    const id = await incidentThatIs('mitigating')
    await move(id, 'mitigate')
    expect((await row(id)).version).toBe(1)
    expect(await traces(id, 'incident.advance')).toEqual([0, 0])
  })

  test('not to monitoring from open', async () => {
    await expect(move(await incidentThatIs('open'), 'prove')).rejects.toMatchObject({ code: 'conflict' })
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is refused to %s', async (_who, actor, code) => {
    await expect(move(await incidentThatIs('open'), 'mitigate', actor())).rejects.toMatchObject({ code })
  })
})

describe('the rest of the life', () => {
  test.each(['open', 'mitigating', 'monitoring', 'closed'] as const)('an incident that is %s cannot be closed', async (status) => {
    await expect(execute(closeIncident, world.people.responder, { incidentId: await incidentThatIs(status), reason })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`the incident is ${status}`) })
  })

  test('the same severity again changes nothing; a closed incident keeps its own', async () => {
    const id = await incidentThatIs('open')
    await execute(classifyIncident, world.people.responder, { incidentId: id, severity: 'SEV2', reason })
    expect((await row(id)).version).toBe(1)
    await expect(execute(classifyIncident, world.people.responder, { incidentId: await incidentThatIs('closed'), severity: 'SEV1', reason })).rejects.toMatchObject({ code: 'conflict' })
  })

  test.each([
    ['', 'text: say something'],
    ['x'.repeat(4_001), 'text: at most 4,000 characters'],
  ])('a note of %# is refused', async (text, message) => {
    await expect(execute(noteIncident, world.people.responder, { incidentId: await incidentThatIs('open'), text })).rejects.toMatchObject({ code: 'invalid', message })
  })
})
