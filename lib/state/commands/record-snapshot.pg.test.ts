import { beforeAll, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedWorld } from '#tests/support/world.ts'
import { recordSnapshot } from './record-snapshot.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const input = () => ({ targetId: world.targets['checkout/eu'], deploymentId: null, digest: digestOf('config'), content: { flags: { newCart: true }, dbPassword: 'fingerprint:ab12' } })

test('keeps the configuration once; the record names its digest', async () => {
  const { snapshotId } = await execute(recordSnapshot, world.agents.eu, input())
  expect(await db().snapshot.findUniqueOrThrow({ where: { id: snapshotId } })).toMatchObject({ targetId: input().targetId, digest: digestOf('config'), content: input().content })
  const record = await db().auditRecord.findFirstOrThrow({ where: { action: 'snapshot.record' } })
  const { payload } = await db().recordPayload.findUniqueOrThrow({ where: { recordId: record.id } })
  expect(payload).toEqual({ input: { targetId: input().targetId, deploymentId: null, digest: digestOf('config') } })
  expect(await db().outbox.count({ where: { name: 'snapshot.taken', subject: input().targetId } })).toBe(1)
})

test.each([
  ['a person', () => world.people.commander, 'forbidden'],
  ['an agent of another region', () => world.agents.us, 'not_found'],
  ['somebody of another project', () => world.stranger, 'not_found'],
] as const)('refuses %s', async (_who, actor, code) => {
  await expect(execute(recordSnapshot, actor(), input())).rejects.toMatchObject({ code })
})

test('refuses a deployment that does not move this target', async () => {
  await expect(execute(recordSnapshot, world.agents.eu, { ...input(), deploymentId: newId() })).rejects.toMatchObject({ code: 'not_found' })
})
