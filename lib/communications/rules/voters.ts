import type { Grant } from '#lib/platform/actor.ts'
import type { Scope } from '#lib/platform/may.ts'
import { may } from '#lib/platform/may.ts'

export interface Candidate {
  id: string
  grants: readonly Grant[]
}

/** Who could vote on a request: they hold one of its roles here, may vote, and neither asked for it nor changed the plan. */
export function voters(candidates: readonly Candidate[], request: { requestedBy: string; editors: readonly string[]; roles: readonly string[] }, scope: Scope): string[] {
  return candidates
    .filter(({ id }) => id !== request.requestedBy && !request.editors.includes(id))
    .filter(({ id, grants }) => {
      const listed = grants.filter((grant) => request.roles.includes(grant.role))
      return may({ kind: 'person', id, name: '', email: '', sessionId: '', grants: listed }, 'approval.vote', scope).allowed
    })
    .map((candidate) => candidate.id)
}
