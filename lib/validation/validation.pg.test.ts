import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedRelease, seedWorld } from '#tests/support/world.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { anonymous, system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { accept } from '#lib/platform/ingest.ts'
import { advanceValidation } from './commands/advance-validation.ts'
import { startValidation } from './commands/start-validation.ts'
import { takeBaselineBefore } from './commands/take-baseline-before.ts'
import { takeBaseline } from './commands/take-baseline.ts'
import { acceptSamples } from './ingests/samples.ts'
import { presentValidation } from './queries/validation.ts'
import { pruneSamples, watchValidations } from './runner.ts'

let world: World
const signal = new AbortController().signal
const engine = system('test')
const checkout = (): string => world.targets['checkout/eu']

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => {
  world = await seedWorld()
})

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()
const sample = (part: object = {}) => ({ service: 'checkout', at: ago(1), seconds: 1, requests: 40, errors: 0, latency: { bounds: [0.1, 0.5], counts: [30, 10, 0] }, ...part })
const send = (samples: unknown[], actor: Actor = world.agents.eu): Promise<{ accepted: number }> => accept(acceptSamples, actor, { v: 1, samples: samples as never }, signal)
/** One sample a second from `from` seconds ago to `to` seconds ago. */
const measure = (from: number, to: number, part: object = {}): Promise<{ accepted: number }> => send(Array.from({ length: from - to }, (_, i) => sample({ at: ago(from - i), ...part })))

async function deployment(releaseId?: string, fromReleaseId: string | null = null): Promise<string> {
  const id = newId()
  await db().deployment.create({
    data: {
      id, projectId: world.projectId, serviceId: world.services.checkout, environmentId: world.environmentId, releaseId: releaseId ?? newId(), kind: 'real', status: 'requested', requestedBy: 'test', createdAt: new Date(),
      targets: { create: { targetId: checkout(), fromReleaseId } },
    },
  })
  return id
}

async function run(): Promise<string> {
  const planId = newId()
  const id = newId()
  const now = new Date()
  await db().plan.create({ data: { id: planId, projectId: world.projectId, environmentId: world.environmentId, purpose: 'rollback', kind: 'real', v: 1, document: {}, hash: 'sha256:0', forecast: {}, status: 'proposed', createdBy: 'test', createdAt: now } })
  await db().run.create({ data: { id, projectId: world.projectId, planId, planHash: 'sha256:0', kind: 'real', status: 'succeeded', authority: {}, startedBy: 'test', startedAt: now, finishedAt: now } })
  return id
}

/** A validation whose measuring began `seconds` ago. */
async function validate(secondsAgo: number, measureSeconds = 120): Promise<{ runId: string; validationId: string }> {
  const runId = await run()
  const { validationId } = await execute(startValidation, engine, { runId, incidentId: null, targetIds: [checkout()], settleSeconds: 2, measureSeconds })
  const startedAt = new Date(Date.now() - secondsAgo * 1000)
  await db().validation.update({ where: { id: validationId }, data: { startedAt, deadline: new Date(startedAt.getTime() + measureSeconds * 1000) } })
  return { runId, validationId }
}

const eventsOf = async (subject: string): Promise<{ name: string; data: unknown }[]> => db().outbox.findMany({ where: { subject }, orderBy: { position: 'asc' }, select: { name: true, data: true } })

describe('samples', () => {
  test('are kept once, with and without a histogram, and ring nothing', async () => {
    const news = await db().outbox.count()
    const two = [sample({ at: ago(2) }), sample({ at: ago(1), latency: null })]
    expect(await send(two)).toEqual({ accepted: 2 })
    expect(await send([...two, sample({ at: ago(0), errors: 40 })])).toEqual({ accepted: 1 })
    const rows = await db().sample.findMany({ where: { targetId: checkout() }, orderBy: { at: 'asc' } })
    expect(rows).toMatchObject([{ requests: 40, errors: 0, latency: { counts: [30, 10, 0] } }, { latency: null }, { errors: 40 }])
    expect(await db().outbox.count()).toBe(news)
  })

  test.each([
    ['an unknown service', { service: 'nothing' }, 'samples.2.service'],
    ['a time too long ago', { at: ago(900) }, 'samples.2.at'],
    ['a time to come', { at: ago(-900) }, 'samples.2.at'],
    ['more errors than requests', { errors: 41 }, 'samples.2.errors'],
    ['counts that do not fit the bounds', { latency: { bounds: [1], counts: [1] } }, 'samples.2.latency.counts'],
    ['bounds that do not rise', { latency: { bounds: [2, 1], counts: [1, 1, 1] } }, 'samples.2.latency.bounds'],
    ['no time at all', { seconds: 0 }, 'samples.2.seconds'],
    ['half a request', { requests: 0.5 }, 'samples.2.requests'],
  ])('with %s are refused as a whole, naming the place', async (_what, wrong, field) => {
    await expect(send([sample({ at: ago(3) }), sample({ at: ago(2) }), sample(wrong)])).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
    expect(await db().sample.count({ where: { targetId: checkout() } })).toBe(0)
  })

  test('go to where the agent works, and nowhere else', async () => {
    await send([sample()], world.agents.us)
    expect(await db().sample.count({ where: { targetId: world.targets['checkout/us'] } })).toBe(1)
    expect(await db().sample.count({ where: { targetId: checkout() } })).toBe(0)
  })

  test('are taken from agents only', async () => {
    await expect(send([sample()], world.people.admin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(send([sample()], anonymous)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('at most 500 at once', async () => {
    await expect(send(Array.from({ length: 501 }, (_, i) => sample({ at: ago(i / 10) })))).rejects.toMatchObject({ code: 'invalid' })
    expect(await send(Array.from({ length: 500 }, (_, i) => sample({ at: ago(i / 10) })))).toEqual({ accepted: 500 })
  })

  test('go away when they are old', async () => {
    await db().sample.createMany({ data: [1, 2, 3].map((hours) => ({ targetId: checkout(), at: new Date(Date.now() - hours * 3_600_000), seconds: 1, requests: 1, errors: 0 })) })
    await pruneSamples(2)
    expect(await db().sample.count({ where: { targetId: checkout() } })).toBe(1)
  })
})

describe('a baseline', () => {
  test('keeps the samples of the last two minutes themselves', async () => {
    await measure(150, 0)
    const id = await deployment()
    const { baselines } = await execute(takeBaseline, world.pipeline, { deploymentId: id, targetIds: [checkout()] })
    expect(baselines[0]?.samples).toBeGreaterThanOrEqual(100)
    expect(baselines[0]?.samples).toBeLessThanOrEqual(121)
    const row = await db().baseline.findFirstOrThrow({ where: { deploymentId: id } })
    expect((row.samples as object[])[0]).toMatchObject({ at: expect.any(Number) as number, seconds: 1, requests: 40, errors: 0, latency: { bounds: [0.1, 0.5], counts: [30, 10, 0] } })
    expect(await eventsOf(checkout())).toMatchObject([{ name: 'baseline.taken', data: { deploymentId: id } }])
  })

  test('leaves out what was measured during a breach', async () => {
    await measure(60, 0)
    await db().breach.create({ data: { id: newId(), projectId: world.projectId, criteriaId: newId(), revision: 1, rule: 'errors', targetId: checkout(), action: 'notify', severity: 'SEV3', evidence: {}, openedAt: new Date(Date.now() - 30_500), closedAt: new Date(Date.now() - 10_500) } })
    const { baselines } = await execute(takeBaseline, engine, { deploymentId: await deployment(), targetIds: [checkout()] })
    expect(baselines[0]?.samples).toBe(40)
  })

  test('may be empty', async () => {
    const { baselines } = await execute(takeBaseline, engine, { deploymentId: await deployment(), targetIds: [checkout()] })
    expect(baselines).toMatchObject([{ samples: 0 }])
  })

  test('before bytes that nobody announced is kept from before they appeared', async () => {
    await measure(60, 20)
    await measure(15, 0, { errors: 20 })
    expect(await execute(takeBaselineBefore, engine, { targetId: checkout(), appearedAt: ago(14) })).toEqual({ samples: 40 })
    expect(await db().baseline.findFirstOrThrow({ where: { targetId: checkout() } })).toMatchObject({ deploymentId: null })
    expect(await db().auditRecord.count({ where: { action: 'baseline.take-before', subjectId: checkout() } })).toBe(1)
  })

  test('is not taken for bytes that a run of ours brings', async () => {
    await measure(60, 20)
    const runId = await run()
    const where = { projectId: world.projectId, runId, kind: 'real', environmentId: world.environmentId, serviceId: world.services.checkout, regionId: world.regions.eu, targetId: checkout() }
    await db().step.create({ data: { ...where, id: newId(), key: 'deploy:checkout:eu', position: 0, role: 'deploy', stepKind: 'deploy', params: {}, repeatable: true, timeoutMs: 1_000, after: [], status: 'succeeded' } })
    expect(await execute(takeBaselineBefore, engine, { targetId: checkout(), appearedAt: new Date().toISOString() })).toEqual({ samples: null })
    expect(await db().baseline.count({ where: { targetId: checkout() } })).toBe(0)
    await expect(execute(takeBaselineBefore, world.people.viewer, { targetId: checkout(), appearedAt: ago(1) })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(takeBaselineBefore, engine, { targetId: newId(), appearedAt: ago(1) })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is refused for a target elsewhere and for who may not', async () => {
    const deploymentId = await deployment()
    await expect(execute(takeBaseline, engine, { deploymentId, targetIds: [newId()] })).rejects.toMatchObject({ code: 'not_found' })
    await expect(execute(takeBaseline, world.people.viewer, { deploymentId, targetIds: [checkout()] })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(takeBaseline, world.stranger, { deploymentId, targetIds: [checkout()] })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a validation', () => {
  const before = async (): Promise<void> => {
    await measure(200, 100)
    await execute(takeBaseline, engine, { deploymentId: await deployment(), targetIds: [checkout()] })
  }

  test('measures, shows how far it is, and passes with fifteen good samples', async () => {
    await before()
    const { runId, validationId } = await validate(30)
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'measuring', verdict: null, targets: [{ service: 'checkout', region: 'eu', verdict: null }] })

    await measure(30, 20)
    await watchValidations()
    await watchValidations()
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'measuring', verdict: null, finishedAt: null, targets: [{ verdict: null, metrics: [{ name: 'error rate', verdict: null, observedSamples: 10, because: '10 of the 15 samples that are needed' }, {}, {}] }] })

    await measure(20, 10)
    await watchValidations()
    const done = await presentValidation(db(), runId)
    expect(done).toMatchObject({ id: validationId, status: 'done', verdict: 'pass', targets: [{ verdict: 'pass', metrics: [{ verdict: 'pass' }, { verdict: 'pass' }, { verdict: 'pass' }] }] })
    expect(done?.finishedAt).not.toBeNull()
    // The second look at the same samples was no news.
    expect((await eventsOf(runId)).map((event) => event.name)).toEqual(['validation.started', 'validation.advanced', 'validation.finished'])
    expect((await eventsOf(runId)).at(-1)?.data).toEqual({ validationId, verdict: 'pass' })
  })

  test('fails at its deadline where it is still as bad, not before, and what was said stays', async () => {
    await before()
    const { runId, validationId } = await validate(30)
    await measure(30, 10, { errors: 8 })
    await watchValidations()
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'measuring', verdict: null, targets: [{ verdict: 'fail' }] })
    await db().validation.update({ where: { id: validationId }, data: { deadline: new Date() } })
    await watchValidations()
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'done', verdict: 'fail' })
    await db().sample.deleteMany({ where: { targetId: checkout() } })
    await execute(advanceValidation, engine, { validationId })
    expect(await presentValidation(db(), runId)).toMatchObject({ verdict: 'fail' })
    expect((await eventsOf(runId)).filter((event) => event.name === 'validation.finished')).toHaveLength(1)
  })

  test('without a baseline, or without samples, ends as no data at its deadline and not before', async () => {
    await measure(30, 0)
    const { runId, validationId } = await validate(30, 60)
    await watchValidations()
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'measuring', verdict: null })
    await db().validation.update({ where: { id: validationId }, data: { deadline: new Date() } })
    await watchValidations()
    expect(await presentValidation(db(), runId)).toMatchObject({ status: 'done', verdict: 'no data', targets: [{ verdict: 'no data', metrics: [{ because: 'there is no baseline to compare with' }, {}, {}] }] })
  })

  test('does not look before the fleet has settled', async () => {
    await before()
    const runId = await run()
    await execute(startValidation, engine, { runId, incidentId: null, targetIds: [checkout()], settleSeconds: 60, measureSeconds: 60 })
    await watchValidations()
    expect((await eventsOf(runId)).map((event) => event.name)).toEqual(['validation.started'])
  })

  test('is finished once, however many engines look at the same time', async () => {
    await before()
    const { runId } = await validate(30)
    await measure(30, 10)
    await Promise.all([watchValidations(), watchValidations(), watchValidations()])
    expect((await eventsOf(runId)).map((event) => event.name)).toEqual(['validation.started', 'validation.finished'])
  })

  test('compares with the time under the release it goes back to, not with the newest', async () => {
    const good = await seedRelease(world, 'checkout', '1.0.0')
    const bad = await seedRelease(world, 'checkout', '1.1.0')
    await measure(120, 60)
    const first = await execute(takeBaseline, engine, { deploymentId: await deployment(bad.id, good.id), targetIds: [checkout()] })
    await measure(60, 30, { errors: 20 })
    await execute(takeBaseline, engine, { deploymentId: await deployment(good.id, bad.id), targetIds: [checkout()] })
    await db().target.update({ where: { id: checkout() }, data: { desiredReleaseId: good.id } })
    const { validationId } = await validate(20)
    const row = await db().validation.findUniqueOrThrow({ where: { id: validationId } })
    expect(row.results).toMatchObject([{ baselineId: first.baselines[0]?.baselineId }])
  })

  test('of an unknown run is refused, and there is none where none was begun', async () => {
    await expect(execute(startValidation, engine, { runId: newId(), incidentId: null, targetIds: [checkout()], settleSeconds: 0, measureSeconds: 1 })).rejects.toMatchObject({ code: 'not_found' })
    expect(await presentValidation(db(), await run())).toBeNull()
  })
})
