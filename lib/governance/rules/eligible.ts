import type { Grant } from '#lib/platform/actor.ts'
import type { Scope } from '#lib/platform/may.ts'
import { may } from '#lib/platform/may.ts'
import type { VotingRole } from '../model.ts'

/** Whether these grants hold one of the roles where the plan lies. */
export function holdsVotingRole(grants: readonly Grant[], roles: readonly VotingRole[], scope: Scope): boolean {
  const listed = grants.filter((grant) => (roles as readonly string[]).includes(grant.role))
  return may({ kind: 'person', id: '', name: '', email: '', sessionId: '', grants: listed }, 'approval.vote', scope).allowed
}
