import { describe, expect, test } from 'vitest'
import { permissionsOf } from '#lib/platform/may.ts'
import type { Role } from '#lib/platform/may.ts'
import type { Me } from './rights.ts'
import { whyNot, whyNotVote } from './rights.ts'

const person = (id: string, ...roles: Role[]): Me => ({ id, roles, permissions: roles.flatMap((role) => [...permissionsOf[role]]) })
const now = Date.parse('2026-11-23T02:50:00Z')
const asked = {
  state: 'pending' as const,
  requestedBy: { id: 'ola', name: 'Ola' },
  editors: [{ id: 'eve', name: 'Eve' }],
  votes: [{ person: { id: 'vera', name: 'Vera' }, vote: 'approve' as const, at: '2026-11-23T02:49:00Z', reason: '', counts: true, because: null }],
  roles: ['approver'],
  expiresAt: '2026-11-23T03:00:00Z',
}

describe('who may vote', () => {
  test.each([
    ['an approver may', person('ada', 'approver'), asked, null],
    ['nobody may before we know who they are', undefined, asked, { kind: 'loading' }],
    ['whoever asked may not, though they hold the role', person('ola', 'approver'), asked, { kind: 'asked-yourself' }],
    ['whoever edited may not', person('eve', 'approver'), asked, { kind: 'edited-yourself' }],
    ['nobody votes twice', person('vera', 'approver'), asked, { kind: 'voted', vote: 'approve', at: '2026-11-23T02:49:00Z' }],
    ['a viewer may not', person('vic', 'viewer'), asked, { kind: 'role', needs: 'this needs the role commander or approver' }],
    ['a commander may not where the policy names approvers only', person('cam', 'commander'), asked, { kind: 'roles-of-policy', roles: 'approver' }],
    ['not after the deadline, even where the server has not said so yet', person('ada', 'approver'), { ...asked, expiresAt: '2026-11-23T02:50:00Z' }, { kind: 'expired' }],
    ['not once it is decided', person('ada', 'approver'), { ...asked, state: 'void' as const }, { kind: 'decided', state: 'void' }],
  ])('%s', (_, me, approval, expected) => {
    expect(whyNotVote(me, approval, now)).toEqual(expected)
  })
})

test('a missing right names the roles that have it', () => {
  expect(whyNot(person('vic', 'viewer'), 'run.stop')).toEqual({ kind: 'role', needs: 'this needs the role responder or commander or approver' })
})
