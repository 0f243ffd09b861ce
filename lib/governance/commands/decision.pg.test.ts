import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { decisionView } from '../queries/decision.ts'
import { expireApproval } from './expire-approval.ts'
import { objectToDecision } from './object.ts'
import { requestApproval } from './request-approval.ts'
import { voidApprovals } from './void-approvals.ts'
import { voteOnPlan } from './vote.ts'
import { withdrawApproval } from './withdraw-approval.ts'

const hash = digestOf('the plan')
const option = { possible: true, because: 'it can be done', timeToEffect: { p50Ms: 1_000, p90Ms: 2_000 }, lost: 'about 310 failed requests a minute', blastRadius: 'two targets', reversible: { yes: true, because: 'it can' } }
let world: World
let incidentId: string
let planId: string
let requestId: string

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const seedPlan = async (says: object = {}): Promise<string> => {
  const id = newId()
  await db().plan.create({ data: { id, projectId: world.projectId, incidentId, environmentId: world.environmentId, purpose: 'rollback', kind: 'real', v: 1, document: {}, hash, forecast: {}, status: 'proposed', createdBy: world.people.responder.id, createdAt: new Date(), ...says } })
  return id
}

beforeEach(async () => {
  incidentId = (await seedIncident(world)).id
  planId = await seedPlan({ document: { moves: [{ service: 'checkout', region: 'eu', to: { version: '1.4.1' } }], steps: [{ key: 'a' }] } })
  const seen = new Date(Date.now() - 7_000).toISOString()
  requestId = (
    await execute(requestApproval, world.people.responder, {
      planId, planHash: hash, sentence: 'checkout back to 1.4.1', incidentId, environmentId: world.environmentId, serviceIds: [world.services.checkout], kind: 'real', editors: [],
      basis: { options: [{ kind: 'roll-back', ...option }, { kind: 'hold', ...option }], facts: [{ what: 'checkout in eu: errors', value: '5xx 7.8 %', source: 'criteria shop r14', at: seen }, { what: 'checkout in us runs', value: 'not known', source: 'nobody has said', at: null }], criteria: [{ name: 'shop', revision: 14 }], reason: 'customers cannot pay' },
    })
  ).requestId
})

const vote = (by: Actor, choice: 'approve' | 'reject' = 'approve', planHash = hash) => execute(voteOnPlan, by, { requestId, vote: choice, planHash, reason: choice === 'reject' ? 'not now' : '' })
const view = async (by: Actor = world.people.viewer) => (await ask(decisionView, by, { decisionId: requestId })).data
const object = (by: Actor, reason = 'the other region is down', planHash = hash) => execute(objectToDecision, by, { decisionId: requestId, planHash, reason })

test('is opened with its request, with the facts as they stood and who was asked', async () => {
  expect(await view()).toMatchObject({
    outcome: null, reason: 'customers cannot pay', policyRevision: 0, criteria: [{ name: 'shop', revision: 14 }], notTaken: [], options: [{ kind: 'roll-back' }, { kind: 'hold', lost: 'about 310 failed requests a minute' }],
    approval: { id: requestId, state: 'pending', need: 2, hasDecision: true },
    asked: [{ name: 'approver', groups: ['approver or commander'] }, { name: 'commander' }, { name: 'second approver' }, { name: 'second commander' }],
  })
  const [first, second] = (await view()).facts
  expect(first?.ageSeconds).toBeGreaterThanOrEqual(7)
  expect(second).toMatchObject({ value: 'not known', ageSeconds: null })
  await expect(view(world.stranger)).rejects.toMatchObject({ code: 'not_found' })
})

describe('is closed in the transaction that ends its request', () => {
  test.each<[string, () => Promise<unknown>, string, string]>([
    ['approved', async () => (await vote(world.people.approver), vote(world.people.commander)), 'approved', 'hold: customers cannot pay'],
    ['rejected', () => vote(world.people.approver, 'reject'), 'rejected', 'roll-back: approver rejected it: not now'],
    ['withdrawn', () => execute(withdrawApproval, world.people.responder, { requestId, reason: 'found another way' }), 'withdrawn', 'roll-back: found another way'],
    ['void', () => execute(voidApprovals, world.people.responder, { planId, because: 'edited' }), 'void', 'roll-back: edited'],
    ['superseded', () => execute(voidApprovals, world.people.responder, { planId, because: 'a newer plan took its place', superseded: true }), 'superseded', 'roll-back: a newer plan took its place'],
    ['expired', async () => (await pool().query(`update approval_request set expires_at = now() - interval '1 second' where id = $1`, [requestId]), execute(expireApproval, system('approval expiry'), { requestId })), 'expired', 'roll-back: not enough people approved it in time'],
  ])('%s', async (_how, end, outcome, left) => {
    await end()
    const [request] = await db().$queryRaw<{ decided: Date; closed: Date }[]>`select r.decided_at as decided, d.closed_at as closed from approval_request r join decision d on d.id = r.id where r.id = ${requestId}::uuid`
    expect(request?.closed).toEqual(request?.decided)
    const { notTaken, ...decision } = await view()
    expect(decision).toMatchObject({ outcome })
    expect(notTaken.map((one) => `${one.kind}: ${one.because}`)).toContain(left)
  })

  test('what was approved and then withdrawn says the later word', async () => {
    await vote(world.people.approver)
    await vote(world.people.commander)
    await execute(withdrawApproval, world.people.responder, { requestId })
    expect(await view()).toMatchObject({ outcome: 'withdrawn' })
  })

  test('a refused vote closes nothing', async () => {
    await expect(vote(world.people.responder)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await view()).toMatchObject({ outcome: null, closedAt: null })
  })
})

test('the application can neither change what was shown nor take a decision or an objection away', async () => {
  await object(world.people.responder)
  for (const sql of [`update decision set facts = '[]'`, `update decision set deadline = now()`, 'delete from decision', `update objection set reason = 'x'`, 'delete from objection', 'truncate decision cascade']) {
    await expect(pool().query(`begin; set local role knowngood_app; ${sql}; rollback`).finally(() => pool().query('rollback'))).rejects.toMatchObject({ code: '42501' })
  }
})

describe('an objection', () => {
  test('needs no vote, ends nothing, and stands in record, event and view', async () => {
    expect(await object(world.people.responder)).toEqual({ objected: true })
    expect(await view()).toMatchObject({ outcome: null, objections: [{ person: { name: 'responder' }, reason: 'the other region is down' }] })
    expect(await db().auditRecord.findFirst({ where: { action: 'decision.object', subjectId: requestId } })).toMatchObject({ incidentId })
    expect(await db().outbox.findFirst({ where: { name: 'decision.changed', subject: requestId } })).toMatchObject({ data: { objections: 1 } })
    await vote(world.people.approver)
    expect(await vote(world.people.commander)).toMatchObject({ state: 'satisfied' })
  })

  test('the same again is the same, another word of the same person is a conflict, also at the same time', async () => {
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => object(world.people.responder)))
    expect(results.every((one) => one.status === 'fulfilled')).toBe(true)
    expect(await db().objection.count({ where: { decisionId: requestId } })).toBe(1)
    expect(await db().auditRecord.count({ where: { action: 'decision.object', subjectId: requestId } })).toBe(1)
    await expect(object(world.people.responder, 'something else')).rejects.toMatchObject({ code: 'conflict' })
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['of a viewer', () => object(world.people.viewer), 'forbidden'],
    ['of a machine', () => object(world.pipeline), 'forbidden'],
    ['of the product itself', () => object(system('test')), 'forbidden'],
    ['of another project', () => object(world.stranger), 'not_found'],
    ['to another plan', () => object(world.people.responder, 'no', digestOf('another')), 'invalid'],
    ['to another hash', () => object(world.people.responder, 'not this', digestOf('another')), 'plan_changed'],
    ['after the end', async () => (await vote(world.people.approver, 'reject'), object(world.people.responder)), 'conflict'],
  ])('%s is refused', async (_who, objecting, code) => {
    await expect(objecting()).rejects.toMatchObject({ code })
    expect(await db().objection.count({ where: { decisionId: requestId } })).toBe(0)
  })
})

test('a vote for a plan whose place another took is told what is other now', async () => {
  await db().plan.update({ where: { id: planId }, data: { status: 'superseded' } })
  await execute(voidApprovals, world.people.responder, { planId, because: 'a newer plan took its place', superseded: true })
  const newer = digestOf('the newer plan')
  await seedPlan({ hash: newer, createdAt: new Date(Date.now() + 1_000), document: { moves: [{ service: 'checkout', region: 'eu', to: { version: '1.4.0' } }, { service: 'payments', region: 'eu', to: { version: '2.0.0' } }], steps: [{ key: 'a' }, { key: 'b' }] } })
  const changes = ['checkout in eu goes to 1.4.0 instead of 1.4.1', 'payments in eu goes to 2.0.0 too', '2 steps instead of 1; new: b']
  await expect(vote(world.people.approver)).rejects.toMatchObject({ code: 'plan_changed', message: `the plan is not the one you were shown: ${changes.join('; ')}; look again before you vote`, detail: { hash: newer, changes } })
  expect(await db().approval.count({ where: { requestId } })).toBe(0)
})

test('a vote sent twice with its key is one vote, and is answered the same', async () => {
  const send = () => execute(voteOnPlan, world.people.approver, { requestId, vote: 'approve', planHash: hash }, { idempotencyKey: `vote-${requestId}` })
  const first = await send()
  expect(await send()).toEqual(first)
  expect(await db().approval.count({ where: { requestId } })).toBe(1)
})

test('20 approvers on a quorum of two, 100 rounds: one transition each, of two different people, and one decision', async () => {
  const approvers = await Promise.all(Array.from({ length: 20 }, (_, n) => seedPerson(world.projectId, ['approver'], `round ${n}`)))
  let refused = 0
  for (let round = 0; round < 100; round++) {
    incidentId = (await seedIncident(world)).id
    planId = await seedPlan()
    requestId = (await execute(requestApproval, world.people.responder, { planId, planHash: hash, sentence: 'back', incidentId, environmentId: world.environmentId, serviceIds: [world.services.checkout], kind: 'real', editors: [] })).requestId
    const results = await Promise.allSettled(approvers.map((approver) => vote(approver)))
    refused += results.filter((one) => one.status === 'rejected' && (one.reason as { code?: string }).code === 'conflict').length
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(2)
    expect(new Set((await db().approval.findMany({ where: { requestId } })).map((one) => one.personId)).size).toBe(2)
    expect(await db().outbox.count({ where: { name: 'approval.changed', subject: requestId, data: { path: ['status'], equals: 'satisfied' } } })).toBe(1)
    expect(await db().decision.findUniqueOrThrow({ where: { id: requestId } })).toMatchObject({ outcome: 'approved', version: 2 })
  }
  expect(refused).toBe(1_800)
}, 300_000)
