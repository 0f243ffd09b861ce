import { beforeAll, describe, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { setOnCall } from './set-on-call.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const list = (): Promise<{ personId: string; level: number }[]> => db().onCall.findMany({ where: { teamId: world.teamId }, orderBy: { level: 'asc' }, select: { personId: true, level: true } })

describe('who is on call', () => {
  test('is the whole list that was given last', async () => {
    const { responder, commander } = world.people
    await execute(setOnCall, world.people.admin, { team: 'shop', people: [{ email: responder.email, level: 1 }, { email: commander.email, level: 2 }] })
    await execute(setOnCall, world.people.admin, { team: 'shop', people: [{ email: ` ${commander.email.toUpperCase()} `, level: 1 }] })
    expect(await list()).toEqual([{ personId: commander.id, level: 1 }])
    expect(await db().auditRecord.count({ where: { action: 'on-call.apply' } })).toBe(2)
    expect(await db().outbox.count({ where: { name: 'on-call.changed' } })).toBe(2)
  })

  test('is one list and no mixture, however many set it at once', async () => {
    const lists = [world.people.responder, world.people.commander, world.people.approver].map((person) => [1, 2, 3].map((level) => ({ person, level })))
    await Promise.all(lists.map((people) => execute(setOnCall, world.people.admin, { team: 'shop', people: people.map(({ person, level }) => ({ email: person.email, level })) })))
    const stands = await list()
    expect(stands).toHaveLength(3)
    expect(new Set(stands.map((one) => one.personId)).size).toBe(1)
  })

  test.each([
    ['an unknown team', { team: 'ghosts', people: [] }, 'not_found', 'team: there is no team ghosts'],
    ['an unknown person', { team: 'shop', people: [{ email: 'nobody@example.test', level: 1 }] }, 'invalid', 'people.0.email: nobody with the address nobody@example.test works in this project'],
    ['level 0', { team: 'shop', people: [{ email: 'a@example.test', level: 0 }] }, 'invalid', 'people.0.level: levels begin at 1'],
    ['two at one level', { team: 'shop', people: [{ email: 'a@example.test', level: 1 }, { email: 'b@example.test', level: 1 }] }, 'invalid', 'people: one person a level'],
  ])('is refused with %s', async (_what, input, code, message) => {
    const before = await list()
    await expect(execute(setOnCall, world.people.admin, input)).rejects.toMatchObject({ code, message })
    expect(await list()).toEqual(before)
  })

  test('leaves out people of another project', async () => {
    await expect(execute(setOnCall, world.people.admin, { team: 'shop', people: [{ email: world.stranger.email, level: 1 }] })).rejects.toMatchObject({ code: 'invalid' })
  })

  test.each([
    ['a responder', () => world.people.responder, 'forbidden'],
    ['an administrator of another project', () => world.stranger, 'not_found'],
  ] as const)('is not set by %s', async (_who, actor, code) => {
    await expect(execute(setOnCall, actor(), { team: 'shop', people: [] })).rejects.toMatchObject({ code })
  })
})
