import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { seatOf } from '../queries/authority.ts'
import { leaveSeat } from './leave-seat.ts'
import { takeSeat } from './take-seat.ts'

let world: World
let incidentId: string

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})
beforeEach(async () => {
  incidentId = (await seedIncident(world)).id
})

const take = (by: Actor, term: number, reason?: string) => execute(takeSeat, by, { incidentId, term, ...(reason ? { reason } : {}) })

test('nobody sits there at first; taking it makes a term, a record and an event of the incident', async () => {
  expect(await seatOf(db(), incidentId)).toEqual({ holderId: null, term: 0 })
  expect(await take(world.people.commander, 0)).toEqual({ term: 1 })
  expect(await seatOf(db(), incidentId)).toEqual({ holderId: world.people.commander.id, term: 1 })
  expect(await db().auditRecord.count({ where: { action: 'seat.take', incidentId } })).toBe(1)
  expect(await db().outbox.findFirst({ where: { name: 'seat.changed', subject: incidentId } })).toMatchObject({ incidentId, data: { holderId: world.people.commander.id, term: 1 } })
  expect(await take(world.people.commander, 1)).toEqual({ term: 1 })
})

test('taking over needs a reason and ends the term before', async () => {
  await take(world.people.commander, 0)
  await expect(take(world.secondCommander, 1)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'reason' }] } })
  expect(await take(world.secondCommander, 1, 'my shift begins')).toEqual({ term: 2 })
  await expect(take(world.people.commander, 1, 'mine again')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('second commander commands this incident now') })
})

test('only the holder leaves, and the term grows', async () => {
  await take(world.people.commander, 0)
  await expect(execute(leaveSeat, world.secondCommander, { incidentId })).rejects.toMatchObject({ code: 'conflict' })
  expect(await execute(leaveSeat, world.people.commander, { incidentId })).toEqual({ term: 2 })
  expect(await seatOf(db(), incidentId)).toEqual({ holderId: null, term: 2 })
})

test('of 20 who take the same term at once, one sits', async () => {
  const commanders: Actor[] = []
  for (let n = 0; n < 20; n++) commanders.push(await seedPerson(world.projectId, ['commander'], `commander ${n}`))
  const results = await Promise.allSettled(commanders.map((commander) => take(commander, 0)))
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict', detail: { term: 1 } })
  expect(await seatOf(db(), incidentId)).toMatchObject({ term: 1 })
})

test.each([
  ['a responder', () => world.people.responder, 'forbidden'],
  ['an approver', () => world.people.approver, 'forbidden'],
  ['the product itself', () => system('test'), 'forbidden'],
  ['somebody of another project', () => world.stranger, 'not_found'],
] as const)('%s does not sit there', async (_who, by, code) => {
  await expect(take(by(), 0)).rejects.toMatchObject({ code })
  await expect(execute(leaveSeat, by(), { incidentId })).rejects.toMatchObject({ code: code === 'forbidden' && by().kind === 'system' ? 'conflict' : code })
})

test('a closed incident has no commander, and an unknown one is not found', async () => {
  incidentId = (await seedIncident(world, 'over', 'closed')).id
  await expect(take(world.people.commander, 0)).rejects.toMatchObject({ code: 'conflict' })
  incidentId = newId()
  await expect(take(world.people.commander, 0)).rejects.toMatchObject({ code: 'not_found' })
})
