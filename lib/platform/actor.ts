import type { Role } from './may.ts'

/** One role on one scope. A null narrows nothing. */
export interface Grant {
  role: Role
  projectId: string
  teamId: string | null
  serviceId: string | null
  environmentId: string | null
}

/** Who is asking. Identity comes from the credential, never from a field. */
export type Actor =
  | { kind: 'person'; id: string; name: string; email: string; sessionId: string; grants: readonly Grant[] }
  | { kind: 'machine'; id: string; name: string; projectId: string; scopes: readonly string[] }
  | { kind: 'agent'; id: string; name: string; projectId: string; environmentId: string; regionId: string; agentKind: 'real' | 'drill' }
  | { kind: 'system'; id: string; name: string }
  | { kind: 'anonymous'; id: 'anonymous'; name: 'anonymous' }

export const anonymous: Actor = { kind: 'anonymous', id: 'anonymous', name: 'anonymous' }

/** The product itself, by the part that acts: `trigger evaluator`, `timer`, `reaction`. */
export const system = (part: string): Actor => ({ kind: 'system', id: part, name: part })

/** The person behind an action, or null where it was no person. */
export const personId = (actor: Actor): string | null => (actor.kind === 'person' ? actor.id : null)
