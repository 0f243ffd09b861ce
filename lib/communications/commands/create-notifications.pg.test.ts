import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '#lib/platform/actor.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { createNotifications } from './create-notifications.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const send = (url: string, actor: Actor = system('test')): Promise<{ told: number }> =>
  execute(createNotifications, actor, { projectId: world.projectId, incidentId: null, kind: 'real', personIds: [world.people.responder.id, world.people.responder.id, world.people.commander.id], topic: 'incident-opened', title: 'INC-1', url })

describe('telling people', () => {
  test('reaches each once, also when it is sent ten times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('/incidents/1')))
    expect(answers.reduce((sum, answer) => sum + answer.told, 0)).toBe(2)
    expect(await db().notification.count({ where: { url: '/incidents/1' } })).toBe(2)
    expect(await db().outbox.count({ where: { name: 'notification.created' } })).toBe(2)
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is not for %s', async (_who, actor, code) => {
    await expect(send('/incidents/2', actor())).rejects.toMatchObject({ code })
    expect(await db().notification.count({ where: { url: '/incidents/2' } })).toBe(0)
  })
})
