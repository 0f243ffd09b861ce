import { beforeAll, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { byKey, send } from '#tests/support/http.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { agentList } from '../queries/agents.ts'
import { revokeAgent } from './revoke-agent.ts'

let world: World
beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const reason = 'its machine was stolen'

test.each([
  ['a responder', () => world.people.responder, 'forbidden'],
  ['an administrator of another project', () => world.stranger, 'not_found'],
] as const)('%s cannot', async (_who, actor, code) => {
  await expect(execute(revokeAgent, actor(), { agentId: world.agents.us.id, reason })).rejects.toMatchObject({ code })
})

test('its key is refused from then on, its name is free, and it is no longer listed', async () => {
  const key = await byKey(world.agents.eu.id)
  const beat = { v: 1, stepKinds: [], working: [], observations: [] }
  expect((await send('agent.heartbeat', key, beat)).status).toBe(200)
  await execute(revokeAgent, world.people.admin, { agentId: world.agents.eu.id, reason })
  expect((await send('agent.heartbeat', key, beat)).status).toBe(401)
  expect(await db().agent.count({ where: { projectId: world.projectId, name: 'agent-eu' } })).toBe(0)
  expect((await ask(agentList, world.people.viewer, {})).data.map((agent) => agent.name)).toEqual(['agent-us'])
  expect(await db().auditRecord.findFirst({ where: { action: 'agent.revoke' } })).toMatchObject({ subjectId: world.agents.eu.id })
  await expect(execute(revokeAgent, world.people.admin, { agentId: world.agents.eu.id, reason })).rejects.toMatchObject({ code: 'conflict' })
})
