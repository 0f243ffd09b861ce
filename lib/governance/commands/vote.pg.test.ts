import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { satisfiedApproval, standingDeployment } from '../queries/authority.ts'
import { approvalList, presentApproval } from '../queries/approvals.ts'
import { startApprovalExpiry } from '../runner.ts'
import { applyPolicy } from './apply-policy.ts'
import { expireApproval } from './expire-approval.ts'
import { requestApproval } from './request-approval.ts'
import { voidApprovals } from './void-approvals.ts'
import { voteOnPlan } from './vote.ts'
import { withdrawApproval } from './withdraw-approval.ts'

type Person = Extract<Actor, { kind: 'person' }>

const hash = digestOf('the plan')
let world: World
let incidentId: string
let planId: string
let requestId: string

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  incidentId = (await seedIncident(world)).id
})

const seedPlan = async (): Promise<string> => {
  const id = newId()
  await db().plan.create({ data: { id, projectId: world.projectId, incidentId, environmentId: world.environmentId, purpose: 'rollback', kind: 'real', v: 1, document: {}, hash, forecast: {}, status: 'proposed', createdBy: world.people.responder.id, createdAt: new Date() } })
  return id
}
const request = (by: Actor = world.people.responder, editors: string[] = []) =>
  execute(requestApproval, by, { planId, planHash: hash, sentence: 'checkout back to 1.4.1 in eu and us', incidentId, environmentId: world.environmentId, serviceIds: [world.services.checkout], kind: 'real', editors })
const vote = (by: Actor, choice: 'approve' | 'reject' = 'approve', extra: object = {}) => execute(voteOnPlan, by, { requestId, vote: choice, planHash: hash, reason: choice === 'reject' ? 'not now' : '', ...extra })
const authority = (at = new Date()) => satisfiedApproval(db(), { planId, planHash: hash }, at)
const applyNeed = (approvals: number, name = `need ${approvals}`) =>
  execute(applyPolicy, world.people.admin, { document: { v: 1, rollback: [{ name, environments: ['production'], approvals, roles: ['approver', 'commander'], expiresMinutes: 30 }] }, reason: 'a test' })

beforeEach(async () => {
  await applyNeed(2)
  planId = await seedPlan()
  requestId = (await request()).requestId
})

describe('a request', () => {
  test('is pending with what the policy says, leaves a record and an event of its incident', async () => {
    expect(await db().approvalRequest.findUniqueOrThrow({ where: { id: requestId } })).toMatchObject({ status: 'pending', needs: { quorums: [{ group: 'approver or commander', approvals: 2 }] }, facts: { environment: 'production', services: ['checkout'], tiers: [1], dataClasses: ['customer'], kinds: null }, requestedBy: world.people.responder.id })
    expect(await db().auditRecord.findFirst({ where: { action: 'approval.request', subjectId: requestId } })).toMatchObject({ incidentId })
    expect(await db().outbox.findFirst({ where: { name: 'approval.requested', subject: requestId } })).toMatchObject({ incidentId, data: { planId, status: 'pending' } })
  })

  test('is there once: a second one for the same plan is a conflict, also at the same time', async () => {
    await expect(request()).rejects.toMatchObject({ code: 'conflict' })
    planId = await seedPlan()
    const results = await Promise.allSettled([request(), request(), request(), request()])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
  })

  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['a machine', () => world.pipeline, 'forbidden'],
    ['the product itself', () => system('test'), 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('is not made by %s', async (_who, by, code) => {
    planId = await seedPlan()
    await expect(request(by())).rejects.toMatchObject({ code })
  })
})

describe('a vote', () => {
  test('counts until enough people agree; each leaves a record and an event', async () => {
    expect(await vote(world.people.approver)).toEqual({ state: 'pending', have: 1, need: 2 })
    expect(await authority()).toEqual({ because: '1 of 2 approvals count' })
    expect(await vote(world.people.commander)).toEqual({ state: 'satisfied', have: 2, need: 2 })
    expect(await authority()).toEqual({ requestId, votes: 2 })
    expect(await db().auditRecord.count({ where: { action: 'approval.vote', subjectId: requestId, incidentId } })).toBe(2)
    const events = await db().outbox.findMany({ where: { name: 'approval.changed', subject: requestId }, orderBy: { position: 'asc' } })
    expect(events.map((event) => [event.subjectVersion, (event.data as { status: string }).status])).toEqual([[2, 'pending'], [3, 'satisfied']])
  })

  test('to reject decides at once, and needs a reason', async () => {
    await expect(vote(world.people.approver, 'reject', { reason: '' })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'reason' }] } })
    expect(await vote(world.people.approver, 'reject')).toMatchObject({ state: 'rejected' })
    await expect(vote(world.people.commander)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('rejected') })
    expect(await authority()).toEqual({ because: expect.stringContaining('not now') })
  })

  test('of whoever asked is refused, even with the role', async () => {
    const both = await seedPerson(world.projectId, ['responder', 'approver'], 'both')
    planId = await seedPlan()
    requestId = (await request(both)).requestId
    await expect(vote(both)).rejects.toMatchObject({ code: 'forbidden', message: 'you asked for it; somebody else decides' })
  })

  test('of an editor is refused', async () => {
    planId = await seedPlan()
    requestId = (await request(world.people.responder, [world.people.approver.id])).requestId
    await expect(vote(world.people.approver)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('on another hash is refused and told the right one', async () => {
    await expect(vote(world.people.approver, 'approve', { planHash: digestOf('another plan') })).rejects.toMatchObject({ code: 'plan_changed', detail: { hash } })
  })

  test('a second time is a conflict, also at the same time', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => vote(world.people.approver)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
    expect(await db().approval.count({ where: { requestId } })).toBe(1)
  })

  test('after its time is refused, and the runner ends it', async () => {
    await pool().query(`update approval_request set expires_at = now() - interval '1 second' where id = $1`, [requestId])
    await expect(vote(world.people.approver)).rejects.toMatchObject({ code: 'conflict' })
    const loops = [startApprovalExpiry(), startApprovalExpiry()]
    await vi.waitFor(async () => expect(await db().approvalRequest.findUniqueOrThrow({ where: { id: requestId } })).toMatchObject({ status: 'expired' }), { timeout: 5_000 })
    await Promise.all(loops.map((loop) => loop.stop()))
    expect(await execute(expireApproval, system('approval expiry'), { requestId })).toEqual({ state: 'expired' })
    expect(await db().outbox.count({ where: { name: 'approval.changed', subject: requestId } })).toBe(1)
  })

  test.each([
    ['a responder', () => world.people.responder, 'forbidden'],
    ['an administrator', () => world.people.admin, 'forbidden'],
    ['a machine', () => world.pipeline, 'forbidden'],
    ['the product itself', () => system('test'), 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('of %s is refused', async (_who, by, code) => {
    await expect(vote(by())).rejects.toMatchObject({ code })
  })

  test('of a role that the policy does not name is refused and says which it names', async () => {
    await execute(applyPolicy, world.people.admin, { document: { v: 1, rollback: [{ name: 'approvers only', environments: ['*'], approvals: 1, roles: ['approver'], expiresMinutes: 30 }] }, reason: 'a test' })
    planId = await seedPlan()
    requestId = (await request()).requestId
    await expect(vote(world.people.commander)).rejects.toMatchObject({ code: 'forbidden', message: 'the policy asks for the vote of approver, and you are none of these' })
  })

  test('of 20 approvers at once satisfies with exactly two; the rest are told', async () => {
    const approvers: Person[] = []
    for (let n = 0; n < 20; n++) approvers.push(await seedPerson(world.projectId, ['approver'], `approver ${n}`))
    const results = await Promise.allSettled(approvers.map((approver) => vote(approver)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(2)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict', message: expect.stringContaining('has been approved') })
    expect(await db().approval.count({ where: { requestId } })).toBe(2)
    expect(await db().approvalRequest.findUniqueOrThrow({ where: { id: requestId } })).toMatchObject({ status: 'satisfied', version: 3 })
  })
})

describe('authority', () => {
  const satisfied = async (second: Actor = world.people.commander): Promise<void> => {
    await vote(world.people.approver)
    await vote(second)
  }

  test('ends with its time, with its hash, and when the requester takes it back', async () => {
    await satisfied()
    expect(await authority(new Date(Date.now() + 31 * 60_000))).toEqual({ because: expect.stringContaining('expired') })
    expect(await satisfiedApproval(db(), { planId, planHash: digestOf('another plan') }, new Date())).toEqual({ because: 'what was approved is another plan' })
    await expect(execute(withdrawApproval, world.people.approver, { requestId })).rejects.toMatchObject({ code: 'forbidden' })
    await execute(withdrawApproval, world.people.responder, { requestId })
    expect(await authority()).toEqual({ because: 'the request for approval has been withdrawn' })
  })

  test('ends when somebody who voted loses the role or leaves', async () => {
    const leaving = await seedPerson(world.projectId, ['approver'], 'leaving')
    await satisfied(leaving)
    await db().person.update({ where: { id: leaving.id }, data: { disabledAt: new Date() } })
    expect(await authority()).toEqual({ because: expect.stringContaining('1 of 2 approvals count now') })
    const view = await presentApproval(db(), requestId)
    expect(view.votes.map((one) => [one.person.name, one.counts])).toEqual([['approver', true], ['leaving', false]])
    expect(view).toMatchObject({ have: 1, need: 2, missing: '1 of 2 still needed: approver or commander, not the requester' })
    await db().person.update({ where: { id: leaving.id }, data: { disabledAt: null } })
    expect(await authority()).toMatchObject({ votes: 2 })
    await db().grant.deleteMany({ where: { personId: leaving.id } })
    expect(await authority()).toHaveProperty('because')
  })

  test('follows the stricter of the policy then and now', async () => {
    await vote(world.people.approver)
    await applyNeed(1)
    expect(await authority()).toEqual({ because: '1 of 2 approvals count' })
    await vote(world.people.commander)
    expect(await authority()).toMatchObject({ votes: 2 })
    await applyNeed(3)
    expect(await authority()).toHaveProperty('because')
  })

  test('is void with the plan, and asking again while it holds is a conflict', async () => {
    await satisfied()
    await expect(request()).rejects.toMatchObject({ code: 'conflict', message: 'this plan is approved already' })
    expect(await execute(voidApprovals, world.people.responder, { planId, because: 'a newer plan took its place' })).toEqual({ voided: 1 })
    expect(await execute(voidApprovals, world.people.responder, { planId, because: 'again' })).toEqual({ voided: 0 })
    expect(await authority()).toEqual({ because: 'the approval is void: a newer plan took its place' })
    await expect(execute(voidApprovals, world.stranger, { planId, because: 'no' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the policy', () => {
  test('counts revisions without a gap, also at the same time; the same document makes none', async () => {
    const { revision } = await applyNeed(2)
    expect(await applyNeed(2)).toEqual({ revision })
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => applyNeed(2, `rule ${n}`)))
    expect(results.map((result) => result.revision).sort((a, b) => a - b)).toEqual(Array.from({ length: 6 }, (_, n) => revision + n + 1))
    expect(await db().outbox.count({ where: { name: 'policy.changed', subjectVersion: revision + 6 } })).toBe(1)
  })

  test.each([
    ['a commander', () => world.people.commander, 'forbidden'],
    ['nobody', () => ({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' }) as const, 'unauthenticated'],
  ] as const)('is not changed by %s', async (_who, by, code) => {
    await expect(execute(applyPolicy, by(), { document: { v: 1 }, reason: 'a test' })).rejects.toMatchObject({ code })
  })

  test('names the field of an environment that is not there', async () => {
    const document = { v: 1, standing: [{ name: 'all', purpose: 'deployment', environments: ['prodction'] }] } as const
    await expect(execute(applyPolicy, world.people.admin, { document: { ...document, standing: document.standing.map((rule) => ({ ...rule, environments: [...rule.environments] })) }, reason: 'a test' })).rejects.toMatchObject({
      code: 'invalid', detail: { fields: [{ field: 'document.standing.0.environments.0' }] },
    })
  })

  test('gives a standing approval only where it says so', async () => {
    expect(await standingDeployment(db(), world.projectId, world.environmentId)).toBeNull()
    const { revision } = await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'ship it', purpose: 'deployment', environments: ['production'] }] }, reason: 'a test' })
    expect(await standingDeployment(db(), world.projectId, world.environmentId)).toEqual({ revision, rule: 'ship it' })
  })
})

test('the list shows what waits first, and nothing of other projects', async () => {
  await vote(world.people.approver)
  const { data } = await ask(approvalList, world.people.viewer, {})
  expect(data[0]).toMatchObject({
    id: requestId, state: 'pending', need: 2, have: 1, environment: 'production', services: ['checkout'], incident: { id: incidentId, severity: 'SEV2' }, requestedBy: { name: 'responder' },
    votes: [{ person: { name: 'approver' }, vote: 'approve', counts: true, because: null }],
  })
  const states = data.map((view) => view.state === 'pending')
  expect([...states].sort((a, b) => Number(b) - Number(a))).toEqual(states)
  expect((await ask(approvalList, world.stranger, {})).data).toEqual([])
})
