import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Grant } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { planView } from '../queries/plan.ts'
import { proposePlan } from './propose-plan.ts'
import { startRun } from './start-run.ts'
import { submitPlan } from './submit-plan.ts'

let world: World
let incidentId: string
let other: pg.Client

beforeAll(async () => {
  const { databaseUrl } = await freshDatabase()
  other = new pg.Client({ connectionString: databaseUrl })
  await other.connect()
})
afterAll(() => other.end())

/** 1.5.0 of checkout runs in both regions, and 1.4.2 is what to go back to. */
beforeEach(async () => {
  world = await seedWorld()
  incidentId = (await seedIncident(world)).id
  const good = await seedRelease(world, 'checkout', '1.4.2')
  const bad = await seedRelease(world, 'checkout', '1.5.0')
  for (const region of ['eu', 'us'] as const) {
    await seeRunning(world.targets[`checkout/${region}`], bad.digest, '1.5.0')
    await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id } })
  }
})

const propose = (regions?: string[]) => execute(proposePlan, world.people.responder, { incidentId, environment: 'production', services: ['checkout'], ...(regions ? { regions } : {}) })
const standing = () => db().plan.findMany({ where: { incidentId, status: 'proposed' } })

test('of many proposals at once for one incident a single plan stands', async () => {
  await Promise.all([propose(['eu']), propose(['us']), propose(), propose(['eu']), propose(['us'])])
  expect(await standing()).toHaveLength(1)
})

test('a plan that was never started and has been replaced is not shown as proven', async () => {
  const { planId: older } = await propose(['eu'])
  await propose()
  const { data } = await ask(planView, world.people.viewer, { planId: older as string })
  expect(data).toMatchObject({ status: 'superseded', runId: null, proof: { holds: false } })
})

test('nobody is asked to vote on a plan while another takes its place', async () => {
  const { planId, hash } = await propose()
  await other.query('begin')
  await other.query(`update plan set status = 'superseded' where id = $1`, [planId])
  const submitted = execute(submitPlan, world.people.responder, { planId: planId as string, hash: hash as string }).then(() => 'asked', (error: Error) => error.message)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await other.query('commit')
  expect(await submitted).toBe('a newer plan took its place; look at that one')
  expect(await db().approvalRequest.count({ where: { planId: planId as string } })).toBe(0)
})

test('a right elsewhere does not replace the plan of an incident, nor void its votes', async () => {
  const { planId } = await propose()
  const stagingId = newId()
  await db().environment.create({ data: { id: stagingId, projectId: world.projectId, name: 'staging', kind: 'real' } })
  const grant = { role: 'responder', projectId: world.projectId, teamId: null, serviceId: null, environmentId: null } as const
  const narrow = (grants: Grant[]) => ({ ...world.people.responder, grants })
  const elsewhere = { incidentId, environment: 'staging', services: ['payments'] }
  await expect(execute(proposePlan, narrow([{ ...grant, environmentId: stagingId }]), elsewhere)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'environment' }] } })
  await expect(execute(proposePlan, narrow([{ ...grant, serviceId: world.services.payments }]), { ...elsewhere, environment: 'production' })).rejects.toMatchObject({ code: 'forbidden' })
  expect(await standing()).toMatchObject([{ id: planId }])
})

test('nothing is proposed for a closed incident, and nothing is started', async () => {
  const { planId, hash } = await propose()
  await db().incident.update({ where: { id: incidentId }, data: { status: 'closed', closedAt: new Date() } })
  await expect(propose()).rejects.toMatchObject({ code: 'conflict', message: 'the incident is closed; declare another one' })
  await seatPerson(world, incidentId, world.people.commander.id)
  await expect(execute(startRun, world.people.commander, { planId: planId as string, hash: hash as string })).rejects.toMatchObject({ code: 'conflict', message: 'the incident is closed; declare another one' })
})
