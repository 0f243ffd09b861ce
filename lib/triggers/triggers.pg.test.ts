import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedRelease, seeRunning, seedWorld } from '#tests/support/world.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { applyCriteria } from './commands/apply-criteria.ts'
import { attachBreach } from './commands/attach-breach.ts'
import { recordVerdict } from './commands/record-verdict.ts'
import { makeEvaluator } from './evaluator.ts'
import { nothingRemembered } from './model.ts'
import { breachList, presentBreaches } from './queries/breaches.ts'
import { criteriaList } from './queries/criteria.ts'

let world: World
const engine = system('test')
const rule = { name: 'errors', signal: 'error-ratio' as const, limit: 0.02, windowSeconds: 20, clearSeconds: 0, severity: 'SEV2' as const, action: 'rollback' as const }
const document = { v: 1 as const, environments: ['production'], services: ['*'] as ['*'], rules: [rule] }

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => {
  // Every round judges every project: worlds of earlier tests would be judged too.
  await db().$executeRaw`delete from rule_state`
  await db().$executeRaw`delete from breach`
  await db().$executeRaw`delete from sample`
  await db().$executeRaw`update criteria set revision = 0`
  world = await seedWorld()
})

const apply = (part: object = {}, reason = 'as agreed', name = 'web') => execute(applyCriteria, world.people.admin, { name, document: { ...document, ...part }, reason })
const checkout = (): string => world.targets['checkout/eu']

/** One sample a second over the last `seconds`, up to now. */
async function measure(targetId: string, seconds: number, part: { errors?: number; requests?: number } = {}): Promise<void> {
  await db().sample.deleteMany({ where: { targetId } })
  const now = Date.now()
  await db().sample.createMany({ data: Array.from({ length: seconds }, (_, i) => ({ targetId, at: new Date(now - (seconds - 1 - i) * 1000), seconds: 1, requests: 10, errors: 0, ...part })) })
}

const round = () => makeEvaluator().round()
const events = (name: string) => db().outbox.findMany({ where: { name, projectId: world.projectId }, orderBy: { position: 'asc' } })
const states = async () => (await ask(criteriaList, world.people.viewer, {})).data[0]?.states ?? []
const stateOf = async (target: string) => (await states()).find((one) => one.target === target)

describe('criteria', () => {
  test('are revisions: the same again is no news, a change is the next one', async () => {
    expect(await apply()).toMatchObject({ name: 'web', revision: 1, changed: true })
    expect(await apply({}, 'once more')).toMatchObject({ revision: 1, changed: false })
    expect(await apply({ rules: [{ ...rule, limit: 0.05 }] }, 'too nervous')).toMatchObject({ revision: 2, changed: true })
    expect((await events('criteria.changed')).map((event) => [event.subjectVersion, event.data])).toEqual([[1, { name: 'web', revision: 1 }], [2, { name: 'web', revision: 2 }]])
    expect((await ask(criteriaList, world.people.viewer, {})).data).toMatchObject([{ name: 'web', revision: 2, author: 'admin', reason: 'too nervous', document: { rules: [{ limit: 0.05, minRequests: 20 }] } }])
  })

  test('applied at the same time become revisions one after the other', async () => {
    const applied = await Promise.all([0.01, 0.02, 0.03, 0.04].map((limit) => apply({ rules: [{ ...rule, limit }] })))
    expect(applied.map((one) => one.revision).sort()).toEqual([1, 2, 3, 4])
  })

  test.each([
    ['an unknown environment', { environments: ['production', 'prod'] }, 'document.environments.1'],
    ['an unknown service', { services: ['checkout', 'nothing'] }, 'document.services.1'],
    ['a percentage', { rules: [{ ...rule, limit: 2 }] }, 'document.rules.0.limit'],
  ])('with %s are refused by name', async (_what, part, field) => {
    await expect(apply(part)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
    expect(await db().criteria.count({ where: { projectId: world.projectId } })).toBe(0)
  })

  test('are for administrators, and not seen from another project', async () => {
    await expect(execute(applyCriteria, world.people.responder, { name: 'web', document, reason: 'as agreed' })).rejects.toMatchObject({ code: 'forbidden' })
    await apply()
    expect((await ask(criteriaList, world.stranger, {})).data).toEqual([])
  })
})

describe('a round', () => {
  test('opens one breach once, with what was seen and the release that runs there', async () => {
    const bad = await seedRelease(world, 'checkout', '1.5.0')
    await seeRunning(checkout(), bad.digest, '1.5.0')
    const { criteriaId } = await apply()
    await db().baseline.create({ data: { id: newId(), projectId: world.projectId, targetId: checkout(), fromAt: new Date(), toAt: new Date(), takenAt: new Date(), samples: [{ at: 1, seconds: 1, requests: 100, errors: 1, latency: null }] } })
    await measure(checkout(), 60, { errors: 1 })
    await measure(world.targets['checkout/us'], 60)

    expect(await round()).toMatchObject({ led: true, looks: 6, changes: 1 })
    expect(await round()).toMatchObject({ changes: 0 })
    const fired = await events('trigger.fired')
    expect(fired).toHaveLength(1)
    expect(fired[0]?.data).toEqual({
      criteria: 'web', rule: 'errors', action: 'rollback', severity: 'SEV2', service: 'checkout', serviceId: world.services.checkout, targetId: checkout(),
      environmentId: world.environmentId, region: 'eu', releaseId: bad.id, sentence: expect.stringMatching(/^errors 10 % over 20 s, limit 2 % \(\d+ requests\)$/) as string,
    })
    const { data } = await ask(breachList, world.people.viewer, {})
    expect(data).toMatchObject([{ id: fired[0]?.subject, criteria: 'web', revision: 1, rule: 'errors', service: 'checkout', environment: 'production', region: 'eu', release: '1.5.0', action: 'rollback', severity: 'SEV2', closedAt: null, incidentNumber: null, evidence: { value: 0.1, unit: 'ratio', baseline: { median: 0.01 } } }])
    expect(data[0]?.evidence.series.length).toBeGreaterThanOrEqual(50)
    expect(await stateOf('checkout in eu, production')).toMatchObject({ verdict: 'breach' })
    expect(await stateOf('checkout in us, production')).toMatchObject({ verdict: 'ok' })
    expect(await stateOf('payments in eu, production')).toMatchObject({ verdict: 'no verdict', because: 'no samples' })
    expect(await db().auditRecord.count({ where: { action: 'trigger.judge', projectId: world.projectId } })).toBe(1)
    expect((await ask(breachList, world.stranger, {})).data).toEqual([])
    expect(criteriaId).toBe((await db().ruleState.findFirstOrThrow()).criteriaId)
  })

  test('opens it once with two evaluators at the same time', async () => {
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    const [one, other] = [makeEvaluator(), makeEvaluator()]
    const rounds = await Promise.all([one.round(), other.round(), one.round(), other.round()])
    expect(rounds.some((each) => each.led)).toBe(true)
    expect(await events('trigger.fired')).toHaveLength(1)
    expect(await db().breach.count({ where: { projectId: world.projectId } })).toBe(1)
  })

  test('is one engine\'s at a time, and the next one\'s when that engine is gone', async () => {
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    const other = await pool().connect()
    await other.query(`select pg_advisory_lock(hashtext('knowngood-triggers'))`)
    expect(await round()).toEqual({ led: false, looks: 0, changes: 0 })
    expect(await db().ruleState.count()).toBe(0)
    other.release(true)
    await expect.poll(round).toMatchObject({ led: true, changes: 1 })
  })

  test('leaves alone what it cannot read: not judged is not over', async () => {
    const { criteriaId } = await apply()
    await measure(checkout(), 30, { errors: 1 })
    await round()
    await db().criteriaRevision.create({ data: { criteriaId, revision: 2, document: { v: 99 }, author: 'a newer version', reason: 'upgrade', createdAt: new Date() } })
    await db().criteria.update({ where: { id: criteriaId }, data: { revision: 2 } })
    expect(await round()).toMatchObject({ looks: 0, changes: 0 })
    expect(await db().breach.count({ where: { projectId: world.projectId, closedAt: null } })).toBe(1)
  })

  test('the same verdict told by two at once is one breach', async () => {
    const { criteriaId } = await apply()
    const evidence = { signal: 'error-ratio', unit: 'ratio', value: 0.1, limit: 0.02, direction: 'above' as const, windowSeconds: 20, requests: 100, series: [], baseline: null, sentence: 'errors 10 %' }
    const say = (part: object = {}) => execute(recordVerdict, engine, { criteriaId, revision: 1, rule: 'errors', targetId: checkout(), verdict: 'breach', because: 'errors', evidence, memory: nothingRemembered, ...part })
    const said = await Promise.all([say(), say(), say(), say()])
    expect(said.filter((one) => one.changed)).toHaveLength(1)
    // A verdict of an older revision comes too late.
    await apply({ rules: [{ ...rule, limit: 0.05 }] })
    expect(await say({ verdict: 'ok', evidence: null })).toEqual({ breachId: null, changed: false })
    expect(await db().breach.count({ where: { projectId: world.projectId, closedAt: null } })).toBe(1)
  })

  test('ends the breach after recovery, and says so to its incident', async () => {
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    await round()
    const breach = await db().breach.findFirstOrThrow({ where: { projectId: world.projectId } })
    const incident = await seedIncident(world)
    await execute(attachBreach, engine, { breachId: breach.id, incidentId: incident.id })
    await measure(checkout(), 30)
    expect(await round()).toMatchObject({ changes: 1 })
    expect(await round()).toMatchObject({ changes: 0 })
    expect(await events('trigger.cleared')).toMatchObject([{ subject: breach.id, subjectVersion: 2, incidentId: incident.id, data: { rule: 'errors', region: 'eu', verdict: 'ok' } }])
    expect((await db().breach.findUniqueOrThrow({ where: { id: breach.id } })).closedAt).not.toBeNull()
  })

  test('has no verdict when samples stop, and the breach stays open', async () => {
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    await round()
    await db().$executeRaw`update sample set at = at - interval '11 seconds' where target_id = ${checkout()}::uuid`
    expect(await round()).toMatchObject({ changes: 0 })
    expect(await stateOf('checkout in eu, production')).toMatchObject({ verdict: 'no verdict', because: expect.stringMatching(/^no samples for 1\d s; the breach stays open$/) as string })
    await db().sample.deleteMany({ where: { targetId: checkout() } })
    expect(await round()).toMatchObject({ changes: 0 })
    expect(await db().breach.count({ where: { projectId: world.projectId, closedAt: null } })).toBe(1)
    expect(await events('trigger.cleared')).toEqual([])
  })

  test('remembers across engines how long something has lasted', async () => {
    await apply({ rules: [{ ...rule, forSeconds: 30 }] })
    await measure(checkout(), 30, { errors: 1 })
    expect(await round()).toMatchObject({ changes: 0 })
    expect(await stateOf('checkout in eu, production')).toMatchObject({ verdict: 'ok', because: expect.stringContaining('; for 0 s of 30 s') as string })
    await db().$executeRaw`update rule_state set memory = jsonb_set(memory, '{badSince}', to_jsonb(to_char(now() at time zone 'utc' - interval '31 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) where target_id = ${checkout()}::uuid`
    expect(await round()).toMatchObject({ changes: 1 })
  })

  test('sees that nothing healthy runs, by what agents saw', async () => {
    await apply({ rules: [{ name: 'down', signal: 'no-healthy-instance', severity: 'SEV1', action: 'propose', clearSeconds: 0 }] })
    await seeRunning(checkout(), digestOf('x'), null, 'unhealthy')
    await seeRunning(world.targets['checkout/us'], digestOf('x'), null, 'unhealthy', new Date(Date.now() - 60_000))
    expect(await round()).toMatchObject({ changes: 1 })
    expect((await presentBreaches(db(), { projectIds: [world.projectId] }))).toMatchObject([{ region: 'eu', release: null, severity: 'SEV1', evidence: { sentence: 'no healthy instance', series: [] } }])
  })

  test('names the release of most instances', async () => {
    const [old, bad] = [await seedRelease(world, 'checkout', '1.0.0'), await seedRelease(world, 'checkout', '1.1.0')]
    const instance = (id: string, digest: string, state = 'healthy') => ({ id, digest, version: null, state })
    await db().target.update({ where: { id: checkout() }, data: { observedAt: new Date(), observed: [instance('a', old.digest), instance('b', bad.digest), instance('c', bad.digest), instance('d', old.digest, 'stopped'), instance('e', old.digest, 'stopped')] } })
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    await round()
    expect((await db().breach.findFirstOrThrow({ where: { projectId: world.projectId } })).releaseId).toBe(bad.id)
  })

  test('ends what the next revision no longer judges', async () => {
    await apply()
    await measure(checkout(), 30, { errors: 1 })
    await round()
    await apply({ services: ['payments'] }, 'checkout has its own')
    expect(await round()).toMatchObject({ looks: 2, changes: 1 })
    expect(await events('trigger.cleared')).toMatchObject([{ data: { verdict: 'no verdict', sentence: 'revision 2 of the criteria no longer judges this' } }])
    expect((await states()).map((state) => state.target)).toEqual(['payments in eu, production', 'payments in us, production'])
  })

  test('reads only what is new, and sees it', async () => {
    await apply()
    const evaluator = makeEvaluator()
    await measure(checkout(), 30)
    expect(await evaluator.round()).toMatchObject({ changes: 0 })
    await db().sample.createMany({ data: [1, 2, 3].map((n) => ({ targetId: checkout(), at: new Date(Date.now() + n), seconds: 1, requests: 100, errors: 50 })) })
    expect(await evaluator.round()).toMatchObject({ changes: 1 })
  })

  test('is not blinded by one sample from the future', async () => {
    await apply()
    const evaluator = makeEvaluator()
    await measure(checkout(), 30)
    await db().sample.create({ data: { targetId: checkout(), at: new Date(Date.now() + 240_000), seconds: 1, requests: 1_000, errors: 0 } })
    expect(await evaluator.round()).toMatchObject({ changes: 0 })
    await db().sample.createMany({ data: [1, 2, 3].map((n) => ({ targetId: checkout(), at: new Date(Date.now() + n), seconds: 1, requests: 100, errors: 50 })) })
    expect(await evaluator.round()).toMatchObject({ changes: 1 })
  })

  test('shows nothing as good that nobody judges any more', async () => {
    await apply()
    await measure(checkout(), 30)
    await round()
    await db().$executeRaw`update rule_state set evaluated_at = evaluated_at - interval '20 seconds'`
    expect(await stateOf('checkout in eu, production')).toMatchObject({ verdict: 'no verdict', because: 'nothing has judged this since then' })
  })

  test('judges 100 targets by 5 rules in one round, again and again, with the same answer', async () => {
    const services = Array.from({ length: 50 }, (_, i) => ({ id: newId(), projectId: world.projectId, name: `service-${i}`, teamId: world.teamId, tier: 3, dataClass: 'internal', jurisdictions: [] }))
    await db().service.createMany({ data: services })
    const targets = services.flatMap((service) => Object.values(world.regions).map((regionId) => ({ id: newId(), projectId: world.projectId, serviceId: service.id, environmentId: world.environmentId, regionId, kind: 'real', instances: 2, minUp: 1 })))
    await db().target.createMany({ data: targets })
    await apply({
      services: services.map((service) => service.name),
      rules: [rule, { ...rule, name: 'slow', signal: 'latency-p95', limit: 0.5 }, { ...rule, name: 'slower', signal: 'latency-p50', limit: 0.5, windowSeconds: 120 }, { ...rule, name: 'quiet', signal: 'request-rate', direction: 'below', limit: 1 }, { name: 'down', signal: 'no-healthy-instance', severity: 'SEV1', action: 'rollback' }],
    })
    await db().$executeRaw`
      insert into sample (target_id, at, seconds, requests, errors, latency)
      select t.id, now() - make_interval(secs => n), 1, 40, 0, '{"bounds":[0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5],"counts":[0,4,20,9,5,2,0,0,0,0]}'::jsonb
      from target t cross join generate_series(0, 119) n where t.id = any(${targets.map((target) => target.id)}::uuid[])`
    const evaluator = makeEvaluator()
    await evaluator.round()
    for (let i = 0; i < 3; i++) expect(await evaluator.round()).toMatchObject({ looks: 500, changes: 0 })
  })
})

describe('a breach', () => {
  const breached = async (): Promise<string> => {
    const id = newId()
    const { criteriaId } = await apply()
    await db().breach.create({ data: { id, projectId: world.projectId, criteriaId, revision: 1, rule: 'errors', targetId: checkout(), action: 'rollback', severity: 'SEV2', evidence: { sentence: 'errors 9 %' }, openedAt: new Date() } })
    return id
  }

  test('belongs to one incident, for its timeline too', async () => {
    const breachId = await breached()
    const [incident, another] = [await seedIncident(world), await seedIncident(world)]
    await execute(attachBreach, world.people.responder, { breachId, incidentId: incident.id })
    await execute(attachBreach, engine, { breachId, incidentId: incident.id })
    expect(await presentBreaches(db(), { incidentId: incident.id, open: true })).toMatchObject([{ id: breachId, incidentNumber: incident.number }])
    expect(await presentBreaches(db(), { incidentId: incident.id, open: false })).toEqual([])
    expect(await db().auditRecord.findMany({ where: { action: 'breach.attach', incidentId: incident.id } })).toHaveLength(1)
    await expect(execute(attachBreach, engine, { breachId, incidentId: another.id })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is attached by who may, to what there is', async () => {
    const breachId = await breached()
    const incident = await seedIncident(world)
    await expect(execute(attachBreach, world.people.viewer, { breachId, incidentId: incident.id })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(attachBreach, world.stranger, { breachId, incidentId: incident.id })).rejects.toMatchObject({ code: 'not_found' })
    await expect(execute(attachBreach, engine, { breachId, incidentId: newId() })).rejects.toMatchObject({ code: 'not_found' })
  })
})
