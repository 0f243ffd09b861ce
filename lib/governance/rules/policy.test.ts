import { expect, test } from 'vitest'
import type { Grant } from '#lib/platform/actor.ts'
import type { Role } from '#lib/platform/may.ts'
import type { Policy, RequestStatus } from '../model.ts'
import { strictestRule } from '../model.ts'
import { holdsVotingRole } from './eligible.ts'
import { whoIsMissing } from './missing.ts'
import { refusal } from './moves.ts'
import { rollbackRule, standingDeploymentRule, stricterOf } from './policy.ts'

const rule = (name: string, environments: string[], approvals = 1) => ({ name, environments, approvals, roles: ['approver' as const], expiresMinutes: 30 })
const policy: Policy = { v: 1, rollback: [rule('production', ['production'], 2), rule('the rest', ['*'])], standing: [{ name: 'ship', purpose: 'deployment', environments: ['staging'] }] }

test.each([
  ['production', policy, 'production'],
  ['staging', policy, 'the rest'],
  ['staging', { ...policy, rollback: [policy.rollback[0]!] }, strictestRule.name],
  ['production', null, strictestRule.name],
])('for %s the first rule that matches wins, and none is the strictest', (environment, document, name) => {
  expect(rollbackRule(document, environment).name).toBe(name)
})

test.each([
  ['staging', policy, 'ship'],
  ['production', policy, undefined],
  ['staging', null, undefined],
])('a standing approval for a deployment in %s', (environment, document, name) => {
  expect(standingDeploymentRule(document, environment)?.name).toBe(name)
})

test.each([[2, 1, 2], [1, 3, 3], [2, 2, 2]])('needed then %i, by the rule now %i: %i', (then, now, need) => {
  expect(stricterOf({ approvals: then, roles: ['commander'] }, rule('x', ['*'], now))).toEqual({ approvals: need, roles: ['commander'] })
})

const grant = (role: Role, extra: Partial<Grant> = {}): Grant => ({ role, projectId: 'p', teamId: null, serviceId: null, environmentId: null, ...extra })
const scope = { projectId: 'p', environmentId: 'production', serviceIds: ['checkout', 'payments'] }

test.each<[string, Grant[], boolean]>([
  ['an approver', [grant('approver')], true],
  ['a commander, who is not listed', [grant('commander')], false],
  ['an approver of another project', [grant('approver', { projectId: 'q' })], false],
  ['an approver of this environment', [grant('approver', { environmentId: 'production' })], true],
  ['an approver of another environment', [grant('approver', { environmentId: 'staging' })], false],
  ['an approver of one of the services only', [grant('approver', { serviceId: 'checkout' })], false],
  ['nobody', [], false],
])('%s may vote: %s', (_who, grants, holds) => {
  expect(holdsVotingRole(grants, ['approver'], scope)).toBe(holds)
})

const states: RequestStatus[] = ['pending', 'satisfied', 'rejected', 'expired', 'void', 'withdrawn']
test.each(states.filter((state) => state !== 'pending'))('a request that is %s takes no vote and does not expire', (state) => {
  expect(refusal(state, 'vote')).toContain('nothing can be changed')
  expect(refusal(state, 'expire')).toContain('nothing can be changed')
})
test.each(states)('a request that is %s can be voided and withdrawn only while it could give authority', (state) => {
  const open = state === 'pending' || state === 'satisfied'
  expect(refusal(state, 'void') === null).toBe(open)
  expect(refusal(state, 'withdraw') === null).toBe(open)
})

test.each<[RequestStatus, number, boolean, string]>([
  ['pending', 1, false, '1 of 2 still needed: approver or commander, not the requester'],
  ['pending', 0, true, '2 of 2 still needed: approver or commander, not the requester or an editor'],
  ['satisfied', 2, false, 'nobody'],
  ['satisfied', 1, false, '1 of 2 still needed: approver or commander, not the requester'],
  ['rejected', 1, false, 'nobody: it is decided'],
])('%s with %i of 2: who is missing', (status, have, hasEditors, words) => {
  expect(whoIsMissing({ status, need: 2, have, roles: ['approver', 'commander'], hasEditors })).toBe(words)
})
