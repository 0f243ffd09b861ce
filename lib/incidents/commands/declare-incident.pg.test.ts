import { beforeAll, describe, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { endOfOutbox, eventsAfter } from '#lib/platform/relay.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedBreach } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedRelease, seedWorld } from '#tests/support/world.ts'
import { declareIncident } from './declare-incident.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const given = (over: object = {}): Parameters<typeof execute<(typeof declareIncident)['input'], unknown, unknown>>[2] => ({ title: 'carts are lost', severity: 'SEV2', environment: 'production', services: ['checkout'], ...over }) as never

const declare = (actor = world.people.responder as Parameters<typeof execute>[1], over: object = {}): Promise<{ incidentId: string; number: number }> => execute(declareIncident, actor, given(over) as never)

describe('declaring an incident', () => {
  test('opens it with its number, record and event', async () => {
    const before = await endOfOutbox()
    const { incidentId, number } = await declare()
    expect(await db().incident.findUniqueOrThrow({ where: { id: incidentId } })).toMatchObject({ number, kind: 'real', status: 'open', severity: 'SEV2', declaredBy: world.people.responder.id, serviceIds: [world.services.checkout], releaseId: null })
    expect((await eventsAfter(before, 10)).events).toMatchObject([{ name: 'incident.opened', subject: incidentId, incidentId, data: { number, status: 'open' } }])
    expect((await db().auditRecord.findMany({ where: { incidentId }, orderBy: { id: 'asc' } })).map((record) => record.action)).toEqual(['incident.open', 'incident.declare'])
  })

  test('counts without gaps or doubles, however many declare at once', async () => {
    const [{ max } = { max: 0 }] = await db().$queryRaw<{ max: number }[]>`select max(number) as max from incident where project_id = ${world.projectId}::uuid`
    const numbers = (await Promise.all(Array.from({ length: 8 }, () => declare()))).map((one) => one.number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 8 }, (_, i) => max + 1 + i))
  })

  test('keeps the suspect release', async () => {
    const release = await seedRelease(world, 'checkout', '1.5.0')
    const { incidentId } = await declare(undefined, { releaseVersion: '1.5.0' })
    expect(await db().incident.findUniqueOrThrow({ where: { id: incidentId } })).toMatchObject({ releaseId: release.id })
  })

  test('takes in open breaches that nobody looks after, and no others', async () => {
    const mine = await seedBreach(world, 'payments/eu')
    const over = await seedBreach(world, 'payments/eu', { open: false })
    const other = await seedBreach(world, 'storefront/eu')
    const { incidentId } = await declare(undefined, { services: ['payments'] })
    const attached = await db().breach.findMany({ where: { incidentId } })
    expect(attached.map((breach) => breach.id)).toEqual([mine.id])
    expect(await db().breach.count({ where: { id: { in: [over.id, other.id] }, incidentId: null } })).toBe(2)
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is refused to %s', async (_who, actor, code) => {
    const before = await db().incident.count()
    await expect(declare(actor())).rejects.toMatchObject({ code })
    expect(await db().incident.count()).toBe(before)
  })

  test.each([
    [{ environment: 'moon' }, 'not_found', 'environment: there is no environment moon'],
    [{ services: ['checkout', 'ghost'] }, 'not_found', 'services: there is no service ghost'],
    [{ releaseVersion: '9.9.9' }, 'invalid', 'releaseVersion: none of these services has a release 9.9.9'],
    [{ severity: 'SEV0' }, 'invalid', 'severity: one of SEV1 (worst) to SEV5'],
    [{ services: [] }, 'invalid', 'services: name at least one service'],
    [{ title: ' ' }, 'invalid', 'title: say in a few words what is wrong'],
  ])('with %j is refused and says what would be right', async (over, code, message) => {
    await expect(declare(undefined, over)).rejects.toMatchObject({ code, message })
  })

  test('with a version that two of its services have is refused', async () => {
    await seedRelease(world, 'payments', '1.5.0')
    await expect(declare(undefined, { services: ['checkout', 'payments'], releaseVersion: '1.5.0' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('name only the one you suspect') })
  })
})
