import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Grant } from '#lib/platform/actor.ts'
import type { Role } from '#lib/platform/may.ts'
import type { ApprovalRule, ChangeFacts, Policy, PolicyV1, RequestStatus } from '../model.ts'
import { policySchema } from '../model.ts'
import { holdsRole, voicesIn } from './eligible.ts'
import { explainPolicy } from './explain-policy.ts'
import { asNeeds, asPolicy } from './migrate-policy.ts'
import { whoIsMissing } from './missing.ts'
import { refusal } from './moves.ts'
import { frozenBy, matchingRules, needsOf, noRule, standingDeploymentRule } from './policy.ts'

const now = new Date('2026-12-01T03:00:00Z')
const rule = (name: string, says: Partial<ApprovalRule> = {}): ApprovalRule => ({ name, environments: ['production'], except: [], need: [{ group: 'sre', approvals: 1 }], expiresMinutes: 60, ...says })
const policy = (...rules: ApprovalRule[]): Policy => ({ v: 2, groups: [{ name: 'sre', roles: ['approver'] }, { name: 'cab', members: [{ email: 'a@example.test', delegates: [] }, { email: 'b@example.test', delegates: [] }] }], rules, freezes: [], standing: [] })
const facts = (says: Partial<ChangeFacts> = {}): ChangeFacts => ({ environment: 'production', services: ['checkout'], tiers: [1], dataClasses: ['customer'], jurisdictions: ['EU'], kinds: ['rollback'], ...says })
const quorums = (document: Policy | null, about: ChangeFacts) => needsOf(document, about).quorums.map(({ group, approvals }) => `${approvals} of ${group}`)

test.each<[string, Partial<ApprovalRule>, Partial<ChangeFacts>, boolean]>([
  ['its environment', {}, {}, true],
  ['not one that only begins the same', {}, { environment: 'production-sandbox' }, false],
  ['not one in other letters', {}, { environment: 'Production' }, false],
  ['any', { environments: ['*'] }, { environment: 'staging' }, true],
  ['any but one', { environments: ['*'], except: ['staging'] }, { environment: 'staging' }, false],
  ['one of its data classes', { dataClasses: ['customer', 'regulated'] }, {}, true],
  ['none of its data classes', { dataClasses: ['regulated'] }, {}, false],
  ['a data class nobody knows', { dataClasses: ['regulated'] }, { dataClasses: null }, true],
  ['its kind', { kinds: ['forward'] }, { kinds: ['forward', 'rollback'] }, true],
  ['another kind', { kinds: ['forward'] }, {}, false],
  ['a kind nobody knows', { kinds: ['forward'] }, { kinds: null }, true],
  ['a tier', { tiers: [1, 2] }, {}, true],
  ['another tier', { tiers: [3] }, {}, false],
  ['a jurisdiction', { jurisdictions: ['US'] }, { jurisdictions: ['EU', 'US'] }, true],
  ['another service', { services: ['payments'] }, {}, false],
])('a rule speaks for %s', (_what, says, about, speaks) => {
  expect(matchingRules(policy(rule('one', says)), facts(about)).length === 1).toBe(speaks)
})

describe('several rules that match', () => {
  test.each<[string, ApprovalRule[], string[]]>([
    ['of one group the most counts', [rule('a'), rule('b', { need: [{ group: 'sre', approvals: 2 }] })], ['2 of sre']],
    ['groups add up', [rule('a', { need: [{ group: 'sre', approvals: 2 }] }), rule('b', { dataClasses: ['customer'], need: [{ group: 'cab', approvals: 1 }] })], ['2 of sre', '1 of cab']],
    ['none is the strictest', [rule('a', { environments: ['staging'] })], ['2 of approver or commander']],
  ])('%s', (_what, rules, need) => {
    expect(quorums(policy(...rules), facts())).toEqual(need)
  })

  test('the shortest life and every limit on who asks count', () => {
    expect(needsOf(policy(rule('a', { askedBy: ['responder', 'commander'] }), rule('b', { expiresMinutes: 15, askedBy: ['commander'] })), facts())).toMatchObject({ rules: ['a', 'b'], expiresMinutes: 15, askedBy: [['responder', 'commander'], ['commander']] })
  })

  test('no policy at all is the strictest', () => expect(needsOf(null, facts()).rules).toEqual([noRule]))

  test('a group that is not there has nobody in it', () => {
    expect(needsOf({ ...policy(rule('a')), groups: [] }, facts()).quorums[0]?.voters).toEqual({ members: [] })
  })

  test('going back may need less than going forward', () => {
    const asymmetric = policy(rule('back', { kinds: ['rollback'] }), rule('forward', { kinds: ['forward', 'schema'], need: [{ group: 'sre', approvals: 2 }, { group: 'cab', approvals: 1 }] }))
    expect(quorums(asymmetric, facts())).toEqual(['1 of sre'])
    expect(quorums(asymmetric, facts({ kinds: ['forward'] }))).toEqual(['2 of sre', '1 of cab'])
    expect(quorums(asymmetric, facts({ kinds: ['rollback', 'schema'] }))).toEqual(['2 of sre', '1 of cab'])
  })

  test('another rule never asks for less, and what is not known never does either', () => {
    const anyRule = fc.record({ environments: fc.constantFrom<string[][]>(['*'], ['production'], ['staging']), dataClasses: fc.option(fc.constantFrom<('customer' | 'regulated')[]>(['customer'], ['regulated']), { nil: undefined }), group: fc.constantFrom('sre', 'cab'), approvals: fc.integer({ min: 1, max: 3 }) })
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 5 }), fc.boolean(), (all, known) => {
        const rules = all.map((one, n) => rule(`r${n}`, { environments: one.environments, ...(one.dataClasses ? { dataClasses: one.dataClasses } : {}), need: [{ group: one.group, approvals: one.approvals }] }))
        const about = facts({ dataClasses: ['customer'] })
        const of = (needs: ReturnType<typeof needsOf>, group: string): number => needs.quorums.find((one) => one.group === group)?.approvals ?? 0
        const [some, more] = known ? [needsOf(policy(...rules), about), needsOf(policy(...rules), { ...about, dataClasses: null })] : [needsOf(policy(...rules.slice(0, -1)), about), needsOf(policy(...rules), about)]
        if (some.rules[0] === noRule) return
        for (const group of ['sre', 'cab']) expect(of(more, group)).toBeGreaterThanOrEqual(of(some, group))
      }),
    )
  })
})

test('the explanation names each rule, why it speaks, and why another does not', () => {
  const said = explainPolicy(policy(rule('two of us', { need: [{ group: 'sre', approvals: 2 }] }), rule('the board', { dataClasses: ['customer', 'regulated'], need: [{ group: 'cab', approvals: 1, meetingMinutes: 30 }] }), rule('regulated', { dataClasses: ['regulated'] })), facts(), now)
  expect(said).toEqual({
    needs: '2 of sre and 1 of cab',
    rules: [
      { name: 'two of us', applies: true, because: 'environment production', asks: '2 of sre' },
      { name: 'the board', applies: true, because: 'environment production, data class customer', asks: '1 of cab within 30 min of one another' },
      { name: 'regulated', applies: false, because: 'data class is customer, not regulated', asks: '1 of sre' },
    ],
    askedBy: [], expiresMinutes: 60, frozen: null,
  })
})

const freeze = { name: 'year end', environments: ['production'], opensAt: '2026-12-01T02:00:00Z', closesAt: '2026-12-01T04:00:00+00:00', allows: ['rollback' as const] }
test.each<[string, Partial<ChangeFacts>, string, boolean]>([
  ['forward within', { kinds: ['forward'] }, '2026-12-01T03:00:00Z', true],
  ['back, which may pass', {}, '2026-12-01T03:00:00Z', false],
  ['back with a schema', { kinds: ['rollback', 'schema'] }, '2026-12-01T03:00:00Z', true],
  ['what nobody knows', { kinds: null }, '2026-12-01T03:00:00Z', true],
  ['nothing in particular', { kinds: [] }, '2026-12-01T03:00:00Z', true],
  ['a second before', { kinds: ['forward'] }, '2026-12-01T01:59:59Z', false],
  ['the second it opens', { kinds: ['forward'] }, '2026-12-01T02:00:00Z', true],
  ['a second before it closes', { kinds: ['forward'] }, '2026-12-01T03:59:59Z', true],
  ['the second it closes', { kinds: ['forward'] }, '2026-12-01T04:00:00Z', false],
  ['elsewhere', { kinds: ['forward'], environment: 'staging' }, '2026-12-01T03:00:00Z', false],
])('a freeze: %s', (_what, about, at, frozen) => {
  expect(frozenBy({ ...policy(), freezes: [freeze] }, facts(about), new Date(at)) !== null).toBe(frozen)
})

describe('a document of version 1 means the same in version 2', () => {
  const old = (name: string, environments: string[], approvals = 1) => ({ name, environments, approvals, roles: ['approver' as const], expiresMinutes: 30 })
  test.each([
    ['production', [old('production', ['production'], 2), old('the rest', ['*'])], ['2 of approver'], 'production'],
    ['staging', [old('production', ['production'], 2), old('the rest', ['*'])], ['1 of approver'], 'the rest'],
    ['production', [old('all', ['*']), old('never', ['production'], 2)], ['1 of approver'], 'all'],
    ['staging', [old('production', ['production'])], ['2 of approver or commander'], noRule],
    ['staging', [old('same', ['production']), old('same', ['staging'], 3)], ['3 of approver'], 'same (2)'],
  ])('%s: the first that matched still wins', (environment, rollback, need, name) => {
    const document = asPolicy({ v: 1, rollback, standing: [] })
    expect(quorums(document, facts({ environment }))).toEqual(need)
    expect(needsOf(document, facts({ environment })).rules).toEqual([name])
    expect(policySchema.safeParse(document).success).toBe(true)
  })

  test('for every list of rules and every environment', () => {
    const names = ['production', 'staging', 'test']
    const any = fc.array(fc.record({ environments: fc.uniqueArray(fc.constantFrom('*', ...names), { minLength: 1 }), approvals: fc.integer({ min: 1, max: 5 }), roles: fc.constantFrom<PolicyV1['rollback'][number]['roles'][]>(['approver'], ['commander', 'approver']) }), { maxLength: 5 })
    fc.assert(
      fc.property(any, fc.constantFrom(...names), (rules, environment) => {
        const rollback = rules.map((one, n) => ({ ...one, name: `r${n}`, expiresMinutes: 30 }))
        const first = rollback.find((one) => one.environments.includes('*') || one.environments.includes(environment))
        const needs = needsOf(asPolicy({ v: 1, rollback, standing: [] }), facts({ environment }))
        expect(needs.quorums.map((one) => one.approvals)).toEqual([first?.approvals ?? 2])
        expect(needs.rules).toEqual([first?.name ?? noRule])
      }),
    )
  })

  test('a request that was kept in the old form is read', () => {
    expect(asNeeds({ approvals: 2, roles: ['commander', 'approver'] })).toMatchObject({ quorums: [{ group: 'approver or commander', approvals: 2, voters: { roles: ['commander', 'approver'] } }] })
  })
})

test.each<[string, unknown, string]>([
  ['a group that is not there', policy(rule('a', { need: [{ group: 'sr', approvals: 1 }] })), 'rules.0.need.0.group'],
  ['more than a board has', policy(rule('a', { need: [{ group: 'cab', approvals: 3 }] })), 'rules.0.need.0.approvals'],
  ['none', policy(rule('a', { need: [{ group: 'sre', approvals: 0 }] })), 'rules.0.need.0.approvals'],
  ['less than none', policy(rule('a', { need: [{ group: 'sre', approvals: -1 }] })), 'rules.0.need.0.approvals'],
  ['no number', policy(rule('a', { need: [{ group: 'sre', approvals: Number.NaN }] })), 'rules.0.need.0.approvals'],
  ['two rules of a name', policy(rule('a'), rule('a')), 'rules.1.name'],
  ['a group with both', { ...policy(), groups: [{ name: 'x', roles: ['approver'], members: [{ email: 'a@example.test' }] }] }, 'groups.0.members'],
  ['a freeze that ends before it begins', { ...policy(), freezes: [{ ...freeze, closesAt: freeze.opensAt }] }, 'freezes.0.closesAt'],
  ['a field nobody knows', { ...policy(), bypass: true }, ''],
])('%s is refused where it stands', (_what, document, path) => {
  const parsed = policySchema.safeParse(document)
  expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path)
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
  expect(holdsRole(grants, ['approver'], 'approval.vote', scope)).toBe(holds)
})

const board = { voters: { members: [{ email: 'ann@x.test', delegates: [{ email: 'dan@x.test', until: '2026-12-01T04:00:00Z' }] }, { email: 'ben@x.test', delegates: [{ email: 'dan@x.test' }, { email: 'ann@x.test' }] }] } }
test.each<[string, string, Grant[], Date, string[]]>([
  ['a member', 'Ann@x.test', [grant('approver')], now, ['ann@x.test']],
  ['a delegate of both', 'dan@x.test', [grant('commander')], now, ['ann@x.test', 'ben@x.test']],
  ['a delegate when one of it has ended', 'dan@x.test', [grant('approver')], new Date('2026-12-01T04:00:00Z'), ['ben@x.test']],
  ['a member without the right to vote', 'ann@x.test', [grant('viewer')], now, []],
  ['somebody else', 'eve@x.test', [grant('approver')], now, []],
])('on a board %s speaks for', (_who, email, grants, at, voices) => {
  expect(voicesIn(board, { email, grants }, scope, at)).toEqual(voices)
})

test.each([['staging', 'ship'], ['production', undefined]])('a standing approval for a deployment in %s', (environment, name) => {
  expect(standingDeploymentRule({ ...policy(), standing: [{ name: 'ship', purpose: 'deployment', environments: ['staging'] }] }, environment)?.name).toBe(name)
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

const one = (have: number) => [{ group: 'approver or commander', need: 2, have }]
test.each<[RequestStatus, { group: string; need: number; have: number }[], boolean, string]>([
  ['pending', one(1), false, '1 of 2 still needed: approver or commander, not the requester'],
  ['pending', one(0), true, '2 of 2 still needed: approver or commander, not the requester or an editor'],
  ['pending', [{ group: 'sre', need: 2, have: 1 }, { group: 'cab', need: 1, have: 0 }], false, 'still needed: 1 of 2 from sre and 1 of 1 from cab, not the requester'],
  ['satisfied', one(2), false, 'nobody'],
  ['satisfied', one(1), false, '1 of 2 still needed: approver or commander, not the requester'],
  ['rejected', one(1), false, 'nobody: it is decided'],
])('%s with %j: who is missing', (status, quorums, hasEditors, words) => {
  expect(whoIsMissing({ status, quorums, hasEditors })).toBe(words)
})
