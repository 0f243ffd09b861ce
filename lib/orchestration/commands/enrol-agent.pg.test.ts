import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { anonymous } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { createEnrolment } from './create-enrolment.ts'
import { enrolAgent } from './enrol-agent.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const newKey = (): string => generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url')

test('an agent whose answer was lost asks again and is the same agent; nobody else gets in with that token', async () => {
  const { token } = await execute(createEnrolment, world.people.admin, { environment: 'production', region: 'eu' })
  const enrolment = { v: 1 as const, token, name: 'eu-7', publicKey: newKey(), stepKinds: ['stage'] }
  const first = await execute(enrolAgent, anonymous, enrolment)
  expect(await execute(enrolAgent, anonymous, enrolment)).toEqual(first)
  for (const other of [{ ...enrolment, publicKey: newKey() }, { ...enrolment, name: 'eu-8' }, { ...enrolment, name: 'eu-8', publicKey: newKey() }]) await expect(execute(enrolAgent, anonymous, other)).rejects.toMatchObject({ code: 'gone' })
  expect(await db().agent.count({ where: { name: { startsWith: 'eu-' } } })).toBe(1)
  expect(await db().auditRecord.count({ where: { action: 'agent.enrol' } })).toBe(1)
})
