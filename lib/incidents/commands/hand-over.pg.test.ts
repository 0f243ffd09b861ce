import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seatOf } from '#lib/governance/queries/authority.ts'
import { leaveSeat } from '#lib/governance/commands/leave-seat.ts'
import { takeSeat } from '#lib/governance/commands/take-seat.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { handOverView } from '../queries/hand-over.ts'
import { acceptSeat } from './accept-seat.ts'
import { endOffer } from './end-offer.ts'
import { offerSeat } from './offer-seat.ts'
import { reopenIncident } from './reopen-incident.ts'

let world: World
let incident: { id: string; number: number }

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})
beforeEach(async () => {
  incident = await seedIncident(world)
  await execute(takeSeat, world.people.commander, { incidentId: incident.id, term: 0 })
})

const view = async () => (await ask(handOverView, world.people.viewer, { number: incident.number })).data
const offer = async (to = world.secondCommander, by: Actor = world.people.commander, term = 1) => (await execute(offerSeat, by, { incidentId: incident.id, term, toId: to.id, note: 'look at eu' })).offerId
const accept = async (offerId: string, by: Actor = world.secondCommander, says: { digest?: string; readBack?: string[] } = {}) => {
  const { digest, facts } = await view()
  return execute(acceptSeat, by, { offerId, digest: says.digest ?? digest, readBack: says.readBack ?? facts.map((fact) => fact.key) })
}
const leave = (owner: string | null) => db().exception.create({ data: { id: newId(), projectId: world.projectId, incidentId: incident.id, environmentId: world.environmentId, kind: 'real', runId: newId(), what: 'sync is paused', undo: 'resume it', ownerId: owner, expiresAt: new Date(Date.now() + 3_600_000), createdAt: new Date() } })

test('is offered, read back and accepted: then the term is another, and the older one is refused', async () => {
  const offerId = await offer()
  expect(await view()).toMatchObject({ term: 1, holder: { name: 'commander' }, offer: { id: offerId, from: { name: 'commander' }, to: { name: 'second commander' }, note: 'look at eu' }, unowned: [], facts: [{ key: 'status', sentence: `INC-${incident.number} is SEV2 and open` }, { key: 'run', sentence: 'No rollback has been started' }, { key: 'told' }] })
  expect(await seatOf(db(), incident.id)).toMatchObject({ holderId: world.people.commander.id, term: 1 })
  expect(await accept(offerId)).toEqual({ term: 2 })
  expect(await seatOf(db(), incident.id)).toEqual({ holderId: world.secondCommander.id, term: 2 })
  await expect(offer(world.secondCommander)).rejects.toMatchObject({ code: 'conflict' })
  expect(await view()).toMatchObject({ term: 2, holder: { name: 'second commander' }, offer: null })
  const [record] = await db().$queryRaw<{ payload: unknown }[]>`select l.payload from record r join record_payload l on l.record_id = r.id where r.action = 'seat.accept' and r.incident_id = ${incident.id}::uuid`
  expect(record?.payload).toMatchObject({ from: 'commander', term: 2, packet: { unowned: [] } })
  expect(await db().outbox.count({ where: { name: 'seat.changed', subject: incident.id, data: { path: ['term'], equals: 2 } } })).toBe(1)
})

describe('is not accepted', () => {
  test('before every fact is read back; it says which', async () => {
    const offerId = await offer()
    await expect(accept(offerId, world.secondCommander, { readBack: ['status', 'told'] })).rejects.toMatchObject({ code: 'invalid', message: 'readBack: read these back too: No rollback has been started', detail: { fields: [{ field: 'readBack' }] } })
  })

  test('when something has changed since it was read', async () => {
    const offerId = await offer()
    const { digest } = await view()
    await db().incident.update({ where: { id: incident.id }, data: { severity: 'SEV1' } })
    await expect(accept(offerId, world.secondCommander, { digest })).rejects.toMatchObject({ code: 'conflict', message: 'something has changed since you read it; read it again' })
    expect(await accept(offerId)).toEqual({ term: 2 })
  })

  test('while something belongs to nobody', async () => {
    const offerId = await offer()
    const { id } = await leave(null)
    await expect(accept(offerId)).rejects.toMatchObject({ code: 'conflict', message: 'not yet: left abnormal and nobody’s: sync is paused; give it an owner first' })
    await db().exception.update({ where: { id }, data: { ownerId: world.people.responder.id } })
    expect(await accept(offerId)).toEqual({ term: 2 })
  })

  test.each<[string, (offerId: string) => Promise<unknown>, string]>([
    ['by somebody else', (id) => accept(id, world.people.commander), 'forbidden'],
    ['by a responder', (id) => accept(id, world.people.responder), 'forbidden'],
    ['by another project', (id) => accept(id, world.stranger), 'not_found'],
    ['twice', async (id) => (await accept(id), accept(id)), 'conflict'],
    ['after it was taken back', async (id) => (await execute(endOffer, world.people.commander, { offerId: id, reason: 'I stay' }), accept(id)), 'conflict'],
    ['after it was declined', async (id) => (await execute(endOffer, world.secondCommander, { offerId: id, reason: 'I cannot' }), accept(id)), 'conflict'],
    ['after its time', async (id) => (await db().seatOffer.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1_000) } }), accept(id)), 'conflict'],
    ['after somebody took the seat', async (id) => (await execute(takeSeat, await seedPerson(world.projectId, ['commander'], 'third'), { incidentId: incident.id, term: 1, reason: 'they are gone' }), accept(id)), 'conflict'],
    ['after the seat was left', async (id) => (await execute(leaveSeat, world.people.commander, { incidentId: incident.id }), accept(id)), 'conflict'],
  ])('%s', async (_who, accepting, code) => {
    await expect(accepting(await offer())).rejects.toMatchObject({ code })
  })
})

describe('is not offered', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['by somebody who does not command', () => offer(world.people.commander, world.secondCommander), 'conflict'],
    ['under an older term', () => offer(world.secondCommander, world.people.commander, 2), 'conflict'],
    ['to oneself', () => offer(world.people.commander), 'invalid'],
    ['to somebody who may not command', () => offer(world.people.approver), 'invalid'],
    ['to somebody of another project', () => offer(world.stranger), 'invalid'],
    ['twice at a time', async () => (await offer(), offer()), 'conflict'],
  ])('%s', async (_who, offering, code) => {
    await expect(offering()).rejects.toMatchObject({ code })
  })

  test('an expired offer makes room for another', async () => {
    const first = await offer()
    await db().seatOffer.update({ where: { id: first }, data: { expiresAt: new Date(Date.now() - 1_000) } })
    expect((await view()).offer).toBeNull()
    await offer()
    expect(await db().seatOffer.findUniqueOrThrow({ where: { id: first } })).toMatchObject({ status: 'expired' })
  })
})

test('ten clients at once, 40 rounds: take, leave, offer, accept; the term only grows by one, and each term had one holder', async () => {
  const crowd = await Promise.all(Array.from({ length: 10 }, (_, n) => seedPerson(world.projectId, ['commander'], `commander ${n}`)))
  let won = 0
  let lost = 0
  for (let round = 0; round < 40; round++) {
    const { term, holderId } = await seatOf(db(), incident.id)
    const holder = crowd.find((one) => one.id === holderId)
    const standing = holder ? await offer(crowd.find((one) => one.id !== holderId), holder, term) : null
    const { digest, facts } = await view()
    const results = await Promise.allSettled([
      ...crowd.filter((one) => one.id !== holderId).map((one) => execute(takeSeat, one, { incidentId: incident.id, term, reason: 'a race' })),
      ...(holder && round % 2 ? [execute(leaveSeat, holder, { incidentId: incident.id })] : []),
      ...(standing ? crowd.filter((one) => one.id !== holderId).slice(0, 1).map((one) => execute(acceptSeat, one, { offerId: standing, digest, readBack: facts.map((fact) => fact.key) })) : []),
    ])
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
    won += results.filter((one) => one.status === 'fulfilled').length
    lost += results.filter((one) => one.status === 'rejected').length
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect((await seatOf(db(), incident.id)).term).toBe(term + 1)
  }
  expect([won, lost > 300]).toEqual([40, true])
  const terms = (await db().outbox.findMany({ where: { name: 'seat.changed', subject: incident.id }, orderBy: { position: 'asc' } })).map((event) => (event.data as { term: number }).term)
  expect(terms).toEqual(Array.from({ length: 41 }, (_, n) => n + 1))
}, 120_000)

test.each([['monitoring', true], ['resolved', true], ['open', false], ['mitigating', false], ['closed', false]] as const)('an incident that is %s goes back to mitigating with a reason: %s', async (status, back) => {
  await db().incident.update({ where: { id: incident.id }, data: { status, resolvedAt: status === 'resolved' ? new Date() : null, closedAt: status === 'closed' ? new Date() : null } })
  const reopen = execute(reopenIncident, world.people.responder, { incidentId: incident.id, reason: 'it came back' })
  if (!back) return expect(reopen).rejects.toMatchObject({ code: 'conflict' })
  expect(await reopen).toEqual({ status: 'mitigating' })
  expect(await db().incident.findUniqueOrThrow({ where: { id: incident.id } })).toMatchObject({ status: 'mitigating', resolvedAt: null })
})
