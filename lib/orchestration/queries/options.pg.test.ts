import { beforeAll, beforeEach, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { proposePlan } from '../commands/propose-plan.ts'
import type { OptionView } from '../view.ts'
import { planView } from './plan.ts'

let world: World
let incidentId: string
let planId: string

beforeAll(async () => void (await freshDatabase()))

/** 1.5.0 of checkout, which has a kill switch, runs in eu; a plan takes it back to 1.4.2. */
beforeEach(async () => {
  world = await seedWorld()
  incidentId = (await seedIncident(world)).id
  const good = await seedRelease(world, 'checkout', '1.4.2')
  const bad = await seedRelease(world, 'checkout', '1.5.0', undefined, { flags: [{ flag: 'new-cart', covers: 'the new cart' }] })
  await seeRunning(world.targets['checkout/eu'], bad.digest, '1.5.0')
  await seeRunning(world.targets['checkout/us'], good.digest, '1.4.2')
  for (const region of ['eu', 'us'] as const) await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id } })
  planId = (await execute(proposePlan, world.people.responder, { incidentId, environment: 'production', services: ['checkout'] })).planId ?? ''
})

const plan = async () => (await ask(planView, world.people.viewer, { planId })).data
const option = async (kind: OptionView['kind']) => (await plan()).options.find((one) => one.kind === kind)
const alive = (region: 'eu' | 'us', stepKinds: string[]) => db().agent.update({ where: { id: world.agents[region].id }, data: { lastSeenAt: new Date(), stepKinds } })

test('a flag of the suspect can be turned off where an agent of its region may', async () => {
  await alive('eu', ['deploy'])
  await alive('us', ['flag'])
  expect(await option('flag-off')).toMatchObject({ possible: false, because: 'not covered: no live agent in eu may turn a flag' })
  await alive('eu', ['deploy', 'flag'])
  expect(await option('flag-off')).toMatchObject({ possible: true, lost: 'the new cart', blastRadius: 'whoever uses it in eu, 60 % of the traffic; no release moves' })
})

test('what was registered after the suspect is a way forward, unless it is in quarantine or failed here', async () => {
  expect(await option('roll-forward')).toMatchObject({ possible: false, because: 'nothing newer than checkout 1.5.0 is registered' })
  const newer = await seedRelease(world, 'checkout', '1.5.1')
  expect(await option('roll-forward')).toMatchObject({ possible: true, because: expect.stringContaining('checkout 1.5.1') })
  const deployment = await db().deployment.create({ data: { id: newId(), projectId: world.projectId, serviceId: world.services.checkout, environmentId: world.environmentId, releaseId: newer.id, kind: 'real', status: 'failed', requestedBy: 'x', createdAt: new Date() } })
  expect(await option('roll-forward')).toMatchObject({ possible: false, because: 'a deployment of checkout 1.5.1 failed here' })
  await db().deployment.delete({ where: { id: deployment.id } })
  await db().quarantine.create({ data: { id: newId(), projectId: world.projectId, releaseId: newer.id, because: 'wrong prices', by: 'x', byName: 'Casey', at: new Date() } })
  expect(await option('roll-forward')).toMatchObject({ possible: false, because: expect.stringContaining('quarantined by Casey') })
})

test('waiting costs what the rules saw when they broke', async () => {
  const evidence = { signal: 'error-ratio', unit: 'ratio', value: 0.1, limit: 0.02, direction: 'above', windowSeconds: 20, requests: 400, series: [], baseline: null, sentence: '' }
  const breach = (says: object) => db().breach.create({ data: { id: newId(), projectId: world.projectId, criteriaId: newId(), revision: 1, rule: 'errors', targetId: world.targets['checkout/eu'], incidentId, action: 'propose', severity: 'SEV2', evidence, openedAt: new Date(), ...says } })
  expect((await option('hold'))?.lost).toMatch(/was not measured/)
  await breach({})
  // Of two rules that saw the same failures the worse counts, not both; what is over does not.
  await breach({ rule: 'errors-slow', evidence: { ...evidence, value: 0.05 } })
  await breach({ rule: 'earlier', closedAt: new Date(), evidence: { ...evidence, value: 0.9 } })
  expect((await option('hold'))?.lost).toBe('about 120 failed requests a minute, as measured when it broke')
})

test('a plan that can no longer be started has nothing to choose between', async () => {
  await db().plan.update({ where: { id: planId }, data: { status: 'superseded' } })
  expect((await plan()).options).toEqual([])
})
