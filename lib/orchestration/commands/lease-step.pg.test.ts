import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { bell } from '#lib/platform/bell.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedStartedRun } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { leaseStep } from './lease-step.ts'
import type { Lease } from './lease-step.ts'
import { candidateFor, givenUnder, readyWhere } from '../ready-steps.ts'

/* What an agent is given that asks, asks again, or has not been heard of. */

let world: World
let steps: string[]

beforeAll(async () => void (await freshDatabase()))

/** A run of three snapshots of checkout in eu, for an agent that does two at a time. */
beforeEach(async () => {
  world = await seedWorld()
  await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'releases go out', purpose: 'deployment', environments: ['production'] }] }, reason: 'a test' })
  const run = await seedStartedRun(world, { purpose: 'deployment', steps: [0, 1, 2].map((n) => ({ key: `snapshot:${n}`, role: 'snapshot' as const, kind: 'snapshot', params: { service: 'checkout' } })) })
  steps = [0, 1, 2].map((n) => run.steps[`snapshot:${n}`] as string)
  await db().agent.update({ where: { id: world.agents.eu.id }, data: { parallel: 2 } })
})

/** As the long poll does it: look, then let the command judge. */
async function ask(id: string | null): Promise<Lease | null> {
  const candidate = (id ? await givenUnder(db(), world.agents.eu, id) : null) ?? (await readyWhere(db(), world.agents.eu)).find(({ agents }) => agents.includes(world.agents.eu.id))?.id ?? null
  return candidate ? (await execute(leaseStep, world.agents.eu, { stepId: candidate, ask: id })).lease : null
}

test('a request that is sent again gets the lease that it was given, with the same epoch and for as long', async () => {
  const id = randomUUID()
  const given = await ask(id)
  expect(given).toMatchObject({ stepId: steps[0], epoch: 1, attempt: 1 })
  await db().step.update({ where: { id: steps[0] as string }, data: { leaseExpiresAt: new Date(Date.now() + 1_000) } })

  expect(await ask(id)).toEqual(given)
  expect((await db().step.findUnique({ where: { id: steps[0] as string } }))?.leaseExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 10_000)
  expect(await db().attempt.count({ where: { stepId: { in: steps } } })).toBe(1)
  // Another request is another lease, up to as many as the agent does at a time.
  expect(await ask(randomUUID())).toMatchObject({ stepId: steps[1] })
  expect(await ask(randomUUID())).toBeNull()
})

test('many copies of one request, at once, are one lease', async () => {
  const id = randomUUID()
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(id).catch(() => null)))
  expect(new Set(answers.flatMap((lease) => (lease ? [`${lease.stepId}:${lease.epoch}`] : []))).size).toBe(1)
  expect(await db().attempt.count({ where: { stepId: { in: steps } } })).toBe(1)
})

test.each<[string, () => Promise<unknown>]>([
  ['ran out', () => db().step.update({ where: { id: steps[0] as string }, data: { leaseExpiresAt: new Date(Date.now() - 1) } })],
  ['has ended', () => db().attempt.updateMany({ where: { stepId: steps[0] as string }, data: { outcome: 'cancelled', endedAt: new Date() } })],
])('a lease that %s is not brought back by asking again', async (_what, make) => {
  const id = randomUUID()
  await ask(id)
  await make()
  expect((await ask(id).catch(() => null))?.stepId).not.toBe(steps[0])
})

test('another agent gets nothing under somebody else’s request', async () => {
  const id = randomUUID()
  await ask(id)
  expect(await givenUnder(db(), world.agents.us, id)).toBeNull()
  await expect(execute(leaseStep, world.agents.us, { stepId: steps[0] as string, ask: id })).rejects.toMatchObject({ code: 'not_found' })
})

test('an agent that was not heard of for ten seconds is given nothing, whatever it left open', async () => {
  await db().agent.update({ where: { id: world.agents.eu.id }, data: { lastSeenAt: new Date(Date.now() - 10_500) } })
  expect(await ask(randomUUID())).toBeNull()
  await db().agent.update({ where: { id: world.agents.eu.id }, data: { lastSeenAt: new Date() } })
  expect(await ask(randomUUID())).not.toBeNull()
})

test('agents that wait in one place are each shown another step, and one that is being given is shown to nobody else', async () => {
  const [second] = [(await db().agent.create({ data: { ...(await db().agent.findUniqueOrThrow({ where: { id: world.agents.eu.id } })), id: randomUUID(), name: 'agent-eu-2', publicKey: randomUUID() } })).id]
  const other = { ...world.agents.eu, id: second }
  const shown = await Promise.all([world.agents.eu, other, world.agents.eu].map((agent) => candidateFor(db(), agent)))
  expect(new Set(shown.map((one) => one?.id))).toEqual(new Set(steps))
  expect(await candidateFor(db(), other)).toBeNull()
  for (const one of shown) one?.done()
  bell().ring()
  expect(await candidateFor(db(), other)).not.toBeNull()
})
