import { beforeAll, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'
import { applyPolicy } from '../commands/apply-policy.ts'
import { requestApproval } from '../commands/request-approval.ts'
import { voteOnPlan } from '../commands/vote.ts'
import { satisfiedApproval } from './authority.ts'
import { whoMayVote } from './who-may-vote.ts'
import { policyTry, policyView } from './policy.ts'

let world: World
const hash = digestOf('the plan')
const document = {
  v: 2 as const,
  groups: [{ name: 'sre', roles: ['approver' as const] }, { name: 'cab', members: [{ email: '', delegates: [{ email: '' }] }] }],
  rules: [
    { name: 'going back', environments: ['production'], kinds: ['rollback' as const], need: [{ group: 'sre', approvals: 1 }], expiresMinutes: 60 },
    { name: 'going forward', environments: ['production'], kinds: ['forward' as const], askedBy: ['commander' as const], need: [{ group: 'sre', approvals: 2 }], expiresMinutes: 60 },
    { name: 'the board', environments: ['*'], dataClasses: ['customer' as const, 'regulated' as const], need: [{ group: 'cab', approvals: 1 }], expiresMinutes: 30 },
  ],
}
const apply = (says: object = {}, reason = 'a test') => execute(applyPolicy, world.people.admin, { document: { ...document, ...says } as never, reason })

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  const [member, delegate] = [world.people.approver, world.people.commander]
  document.groups[1] = { name: 'cab', members: [{ email: member.email, delegates: [{ email: delegate.email }] }] }
})

async function request(kinds: ('rollback' | 'forward')[] | null, by = world.people.responder, service: keyof World['services'] = 'checkout') {
  const incidentId = (await seedIncident(world)).id
  const planId = newId()
  await db().plan.create({ data: { id: planId, projectId: world.projectId, incidentId, environmentId: world.environmentId, purpose: 'rollback', kind: 'real', v: 1, document: {}, hash, forecast: {}, status: 'proposed', createdBy: by.id, createdAt: new Date() } })
  const { requestId } = await execute(requestApproval, by, { planId, planHash: hash, sentence: 'checkout back', incidentId, environmentId: world.environmentId, serviceIds: [world.services[service]], kind: 'real', editors: [], kinds })
  return { planId, requestId, vote: (who: typeof by) => execute(voteOnPlan, who, { requestId, vote: 'approve', planHash: hash }), authority: () => satisfiedApproval(db(), { planId, planHash: hash }, new Date()) }
}

test('without a policy the strictest applies, and the page says so', async () => {
  expect((await ask(policyView, world.people.viewer, {})).data).toMatchObject({ revision: 0, document: null, changes: [], environments: ['production'] })
  expect((await ask(policyTry, world.people.viewer, { environment: 'production' })).data).toMatchObject({ revision: 0, needs: '2 of approver or commander' })
})

test('the try-out says what a change would need and why', async () => {
  const { revision } = await apply()
  const { data } = await ask(policyTry, world.people.viewer, { environment: 'production', services: 'storefront, payments', kinds: 'rollback' })
  expect(data).toMatchObject({ revision, needs: '1 of sre and 1 of cab', expiresMinutes: 30, facts: { tiers: [1, 2], dataClasses: ['public', 'regulated'] } })
  expect(data.rules.map((rule) => [rule.name, rule.applies, rule.because])).toEqual([
    ['going back', true, 'environment production, kind rollback'],
    ['going forward', false, 'kind is rollback, not forward'],
    ['the board', true, 'environment production, data class regulated'],
  ])
  await expect(ask(policyTry, world.people.viewer, { environment: 'production', kinds: 'sideways' })).rejects.toMatchObject({ code: 'invalid' })
  await expect(ask(policyTry, world.stranger, { environment: 'production' })).rejects.toMatchObject({ code: 'not_found' })
})

test('one of the sre and one of the board: a member counts in one place, and the delegate speaks for the member', async () => {
  await apply()
  const asked = await request(['rollback'])
  expect((await whoMayVote(db(), asked.requestId, new Date())).map(({ name, groups }) => [name, groups])).toEqual([['approver', ['sre', 'cab']], ['commander', ['cab']], ['second approver', ['sre']]])
  expect(await asked.vote(world.people.approver)).toMatchObject({ state: 'pending', have: 1, need: 2 })
  expect(await asked.authority()).toEqual({ because: '1 of 2 approvals count' })
  await expect(asked.vote(await seedPerson(world.projectId, ['commander'], 'nobody of these'))).rejects.toMatchObject({ code: 'forbidden', message: 'the policy asks for the vote of sre and cab, and you are none of these' })
  expect(await asked.vote(world.people.commander)).toMatchObject({ state: 'satisfied', have: 2, need: 2 })
  expect(await asked.authority()).toMatchObject({ votes: 2 })
})

test('going forward needs more than going back, and only a commander may ask for it', async () => {
  await apply()
  await expect(request(['forward'])).rejects.toMatchObject({ code: 'forbidden', message: 'the policy lets only a commander ask for this' })
  const { requestId } = await request(['forward'], world.secondCommander, 'storefront')
  expect(await db().approvalRequest.findUniqueOrThrow({ where: { id: requestId } })).toMatchObject({ needs: { quorums: [{ group: 'sre', approvals: 2 }], rules: ['going forward'] } })
})

test('a looser policy completes nothing that waits, and a board that grows does not either', async () => {
  await apply()
  const asked = await request(['rollback'])
  await asked.vote(world.people.approver)
  await apply({ rules: [{ name: 'anybody', environments: ['*'], need: [{ group: 'sre', approvals: 1 }], expiresMinutes: 60 }] })
  expect(await asked.authority()).toEqual({ because: '1 of 2 approvals count' })
  await apply({ groups: [document.groups[0], { name: 'cab', members: [{ email: world.secondCommander.email }] }] })
  // By the board as it was they are not on it, by the board as it is they are: it takes both.
  expect(await asked.vote(world.secondCommander)).toMatchObject({ state: 'pending' })
  expect(await asked.vote(world.people.commander)).toMatchObject({ state: 'satisfied' })
})

test('a freeze refuses what it does not let pass, at the request and when it is used', async () => {
  await apply()
  const asked = await request(['rollback'], world.people.responder, 'storefront')
  expect(await asked.vote(world.people.approver)).toMatchObject({ state: 'satisfied' })
  const hour = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString()
  await apply({ freezes: [{ name: 'year end', environments: ['production'], opensAt: hour(-1), closesAt: hour(1), allows: [] }] })
  expect(await asked.authority()).toEqual({ because: expect.stringContaining('the freeze year end holds until') })
  await expect(request(['rollback'])).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('the freeze year end holds until') })
  await apply({ freezes: [{ name: 'year end', environments: ['production'], opensAt: hour(-1), closesAt: hour(1), allows: ['rollback'] }] })
  expect(await asked.authority()).toMatchObject({ votes: 1 })
})

test('the page says what a revision changed, by whom and why', async () => {
  await apply()
  const { revision } = await apply({ rules: document.rules.slice(0, 2) }, 'the board is dissolved')
  const { data } = await ask(policyView, world.people.viewer, {})
  expect(data).toMatchObject({ revision, against: revision - 1, changes: [{ part: 'rule', name: 'the board', after: null }] })
  expect(data.revisions[0]).toMatchObject({ revision, by: 'admin', reason: 'the board is dissolved' })
  expect((await ask(policyView, world.people.viewer, { revision, against: revision })).data.changes).toEqual([])
  await expect(ask(policyView, world.people.viewer, { revision: 4_711 })).rejects.toMatchObject({ code: 'not_found' })
  expect((await ask(policyView, world.stranger, {})).data.revision).toBe(0)
})
