import { expect, test } from 'vitest'
import type { Policy } from '../model.ts'
import { diffPolicies } from './diff-policy.ts'

const policy = (says: Partial<Policy> = {}): Policy => ({
  v: 2,
  groups: [{ name: 'sre', roles: ['approver'] }],
  rules: [{ name: 'production', environments: ['production'], except: [], need: [{ group: 'sre', approvals: 2 }], expiresMinutes: 60 }],
  freezes: [],
  standing: [],
  ...says,
})
const [rule] = policy().rules

test.each<[string, Policy | null, Policy, object[]]>([
  ['nothing', policy(), policy(), []],
  ['a lower number', policy(), policy({ rules: [{ ...rule!, need: [{ group: 'sre', approvals: 1 }] }] }), [{ part: 'rule', name: 'production', before: '2 of sre; production; good for 60 min', after: '1 of sre; production; good for 60 min' }]],
  ['a condition', policy(), policy({ rules: [{ ...rule!, dataClasses: ['customer'] }] }), [{ part: 'rule', name: 'production', after: '2 of sre; production; data class customer; good for 60 min' }]],
  ['a rule that is gone', policy(), policy({ rules: [] }), [{ part: 'rule', name: 'production', after: null }]],
  ['a new board', policy(), policy({ groups: [...policy().groups, { name: 'cab', members: [{ email: 'a@x', delegates: [{ email: 'd@x' }] }] }] }), [{ part: 'group', name: 'cab', before: null, after: 'a@x (or d@x)' }]],
  ['the first document', null, policy({ groups: [] }), [{ part: 'rule', name: 'production', before: null }]],
])('%s', (_what, before, after, changes) => {
  expect(diffPolicies(before, after)).toMatchObject(changes)
  expect(diffPolicies(before, after)).toHaveLength(changes.length)
})
