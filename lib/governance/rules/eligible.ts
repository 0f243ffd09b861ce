import type { Grant } from '#lib/platform/actor.ts'
import type { Permission, Scope } from '#lib/platform/may.ts'
import { may } from '#lib/platform/may.ts'
import type { QuorumNeed } from '../model.ts'
import { votingRoles } from '../model.ts'

/** Somebody as voting sees them: who they are and what they hold now. */
export interface Voter {
  email: string
  grants: readonly Grant[]
}

/** Whether these grants hold one of the roles, with the right that it is about, where the plan lies. */
export function holdsRole(grants: readonly Grant[], roles: readonly string[], permission: Permission, scope: Scope): boolean {
  const listed = grants.filter((grant) => roles.includes(grant.role))
  return may({ kind: 'person', id: '', name: '', email: '', sessionId: '', grants: listed }, permission, scope).allowed
}

/** Whose voices somebody is in a group, by e-mail: their own, or those of members who named them as a delegate. None = they have no vote there. */
export function voicesIn({ voters }: Pick<QuorumNeed, 'voters'>, { email, grants }: Voter, scope: Scope, now: Date): string[] {
  const own = email.toLowerCase()
  if (!holdsRole(grants, 'roles' in voters ? voters.roles : votingRoles, 'approval.vote', scope)) return []
  if ('roles' in voters) return [own]
  // A member speaks for nobody but themselves: two voices from one mouth are one.
  if (voters.members.some((member) => member.email === own)) return [own]
  return voters.members.filter((member) => member.delegates.some((one) => one.email === own && (one.until === undefined || Date.parse(one.until) > now.getTime()))).map((member) => member.email)
}
