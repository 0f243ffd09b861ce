import { beforeAll, beforeEach, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { system } from '#lib/platform/actor.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { planOf, timed } from '#tests/support/plan-steps.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { raiseForecastAlarm } from '../commands/raise-forecast-alarm.ts'
import { watchForecasts } from '../runner.ts'
import { alarmingForecasts } from './live-forecast.ts'
import { runView } from './run.ts'

let world: World
let incident: { id: string }
let runId: string

beforeAll(async () => void (await freshDatabase()))

/** A rollback of checkout in eu at work since ten seconds, for an incident opened a minute ago. The RTO is five minutes. */
beforeEach(async () => {
  world = await seedWorld()
  incident = await seedIncident(world)
  await db().incident.update({ where: { id: incident.id }, data: { openedAt: secondsAgo(60) } })
  const planId = newId()
  runId = newId()
  const common = { projectId: world.projectId, incidentId: incident.id, kind: 'real' }
  const document = planOf([timed('deploy:checkout:eu'), timed('verify:checkout:eu', ['deploy:checkout:eu'], { role: 'verify', kind: 'verify' })])
  await db().plan.create({ data: { id: planId, ...common, environmentId: world.environmentId, purpose: 'rollback', v: 2, document: document as object, hash: 'sha256:12345678', forecast: {}, status: 'proposed', createdBy: 'x', createdAt: secondsAgo(20) } })
  await db().run.create({ data: { id: runId, ...common, planId, planHash: 'sha256:12345678', status: 'running', authority: { kind: 'standing', policyRevision: 1, rule: 'test' }, startedBy: 'x', startedAt: secondsAgo(10) } })
  await db().step.createMany({
    data: document.steps.map((step, position) => ({
      id: newId(), projectId: world.projectId, runId, key: step.key, position, role: step.role, stepKind: step.kind, kind: 'real', environmentId: world.environmentId, regionId: world.regions.eu, serviceId: world.services.checkout, targetId: world.targets['checkout/eu'],
      params: {}, repeatable: true, timeoutMs: step.timeoutMs, after: step.after, ...(position === 0 ? { status: 'leased', readyAt: secondsAgo(10), startedAt: secondsAgo(10), leaseExpiresAt: secondsAgo(-15) } : { status: 'blocked' }),
    })),
  })
})

const secondsAgo = (seconds: number): Date => new Date(Date.now() - seconds * 1_000)
const live = async () => (await ask(runView, world.people.viewer, { runId })).data.live
const rto = (seconds: number) => db().region.update({ where: { id: world.regions.eu }, data: { rtoSeconds: seconds } })

test('a run shows when it is over, as seen from what has happened, and the RTO counts from the incident', async () => {
  const shown = await live()
  const { openedAt } = await db().incident.findUniqueOrThrow({ where: { id: incident.id } })
  expect(shown).toMatchObject({ alarm: null, critical: ['deploy:checkout:eu', 'verify:checkout:eu'], regions: [{ region: 'eu', doneAt: null, alarm: false, rtoAt: new Date(openedAt.getTime() + 300_000).toISOString() }] })
  expect(Date.parse(shown?.p50At ?? '')).toBeGreaterThan(Date.now() - 2_000)
  await db().run.update({ where: { id: runId }, data: { status: 'succeeded' } })
  expect(await live()).toBeNull()
})

test('a plan of an older form has none', async () => {
  const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { plan: true } })
  const older = newId()
  await db().plan.create({ data: { ...run.plan, id: older, forecast: {}, document: { ...(run.plan.document as object), v: 1 } } })
  await db().run.update({ where: { id: runId }, data: { planId: older } })
  expect(await live()).toBeNull()
})

test('that it passes the RTO is said once: a record in the incident and an event, however many look', async () => {
  await watchForecasts()
  expect(await db().forecastAlarm.count({ where: { runId } })).toBe(0)
  await rto(61)
  await Promise.all([watchForecasts(), watchForecasts(), watchForecasts()])
  await watchForecasts()
  expect(await db().forecastAlarm.findMany({ where: { runId } })).toMatchObject([{ region: 'eu', p90At: expect.any(Date) }])
  const record = await db().auditRecord.findMany({ where: { incidentId: incident.id, action: 'run.forecast-alarm' } })
  expect(record).toMatchObject([{ subjectKind: 'run', subjectId: runId, actorKind: 'system' }])
  expect((await db().outbox.findMany({ where: { name: 'run.forecast-alarm', subject: runId } }))).toMatchObject([{ incidentId: incident.id, data: { region: 'eu', sentence: expect.stringMatching(/RTO/) } }])
  expect((await live())?.alarm).toMatch(/eu/)
})

test('a run that has ended meanwhile alarms nobody', async () => {
  await rto(61)
  const [alarm] = await alarmingForecasts(db(), new Date())
  await db().run.update({ where: { id: runId }, data: { status: 'aborted' } })
  if (!alarm) throw new Error('there was something to say')
  expect(await execute(raiseForecastAlarm, system('test'), alarm)).toEqual({ said: false })
  expect(await alarmingForecasts(db(), new Date())).toEqual([])
})

test.each([
  ['a viewer', () => world.people.viewer, 'forbidden'],
  ['somebody of another project', () => world.stranger, 'not_found'],
] as const)('%s cannot say it', async (_who, actor, code) => {
  await expect(execute(raiseForecastAlarm, actor(), { runId, region: 'eu', rtoAt: new Date().toISOString(), p90At: null, sentence: 'late' })).rejects.toMatchObject({ code })
})
