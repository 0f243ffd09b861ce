import { expect, test } from 'vitest'
import type { Grant } from '#lib/platform/actor.ts'
import { voters } from './voters.ts'

const grant = (over: Partial<Grant> = {}): Grant => ({ role: 'approver', projectId: 'p', teamId: null, serviceId: null, environmentId: null, ...over })
const request = { requestedBy: 'asker', editors: ['editor'], roles: ['approver', 'commander'] }
const scope = { projectId: 'p', environmentId: 'production', serviceIds: ['checkout'] }

test.each([
  ['an approver', 'a', [grant()], true],
  ['a commander', 'a', [grant({ role: 'commander' })], true],
  ['an approver of this environment', 'a', [grant({ environmentId: 'production' })], true],
  ['an approver of another environment', 'a', [grant({ environmentId: 'staging' })], false],
  ['an approver of another service', 'a', [grant({ serviceId: 'payments' })], false],
  ['an approver of another project', 'a', [grant({ projectId: 'q' })], false],
  ['a viewer', 'a', [grant({ role: 'viewer' })], false],
  ['whoever asked', 'asker', [grant()], false],
  ['whoever changed the plan', 'editor', [grant()], false],
  ['nobody in particular', 'a', [], false],
] as const)('%s', (_who, id, grants, asked) => {
  expect(voters([{ id, grants }], request, scope)).toEqual(asked ? [id] : [])
})

test('a role that the policy does not list is not asked', () => {
  expect(voters([{ id: 'a', grants: [grant({ role: 'commander' })] }], { ...request, roles: ['approver'] }, scope)).toEqual([])
})
