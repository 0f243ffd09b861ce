import type { Actor, Grant } from './actor.ts'

/** What a role may do. The only table of rights there is; the screens ask it too. */
const reading = ['catalog.read', 'release.read', 'incident.read', 'plan.read', 'approval.read', 'run.read', 'criteria.read', 'agent.read', 'update.read'] as const
const responding = [...reading, 'incident.declare', 'incident.change', 'incident.note', 'plan.propose', 'run.stop', 'release.quarantine', 'update.draft', 'notification.read'] as const

export const permissionsOf = {
  viewer: [...reading],
  /** On-call and operations: acts in an incident, never alone on production. */
  responder: [...responding],
  /** May take the seat. Only the seat starts, resumes or aborts. */
  commander: [...responding, 'incident.command', 'run.start', 'run.steer', 'lock.break', 'approval.vote', 'release.lift-quarantine'],
  /** Votes on plans. */
  approver: [...responding, 'approval.vote', 'release.lift-quarantine'],
  support: [...reading, 'notification.read'],
  /** The only role that publishes to the public. */
  spokesperson: [...reading, 'update.draft', 'update.publish', 'notification.read'],
  auditor: [...reading, 'record.read'],
  /** Runs the product: people, agents, criteria. Does not imply commander, approver or spokesperson. */
  admin: [...reading, 'record.read', 'catalog.write', 'criteria.write', 'playbook.write', 'agent.enrol', 'people.manage', 'token.manage', 'policy.write', 'lock.break', 'notification.read'],
} as const satisfies Record<string, readonly string[]>

/** What a machine token may hold; some of it no role holds. */
export const machinePermissions = ['release.register', 'release.quarantine', 'deployment.request', 'catalog.write', 'criteria.write', 'playbook.write', 'agent.enrol', 'catalog.read', 'plan.read', 'release.read', 'run.read', 'incident.read', 'incident.declare', 'people.manage', 'policy.write', 'record.read', 'approval.read'] as const

export type Role = keyof typeof permissionsOf
export type Permission = (typeof permissionsOf)[Role][number] | (typeof machinePermissions)[number] | 'agent.work' | 'public' | 'signed-in'
export const roles = Object.keys(permissionsOf) as Role[]

/** Where a thing lies. Absent parts mean that it lies in no particular one. */
export interface Scope {
  projectId: string
  teamIds?: readonly string[]
  serviceIds?: readonly string[]
  environmentId?: string
  regionId?: string
}

export type Decision = { allowed: true } | { allowed: false; because: string; hidden: boolean }

const allowed: Decision = { allowed: true }
const no = (because: string, hidden = false): Decision => ({ allowed: false, because, hidden })

/** Whether the grant reaches the scope: each narrowing it has must be met by what the thing says of itself. */
function reaches(grant: Grant, scope: Scope): boolean {
  if (grant.projectId !== scope.projectId) return false
  if (grant.environmentId && grant.environmentId !== scope.environmentId) return false
  if (grant.teamId && !scope.teamIds?.includes(grant.teamId)) return false
  // All of a thing's services, not one of them: a right on one service must not move its neighbour.
  if (grant.serviceId && !(scope.serviceIds?.length && scope.serviceIds.every((id) => id === grant.serviceId))) return false
  return true
}

const holds = (role: Role, permission: Permission): boolean => (permissionsOf[role] as readonly string[]).includes(permission)

/**
 * The one permission check. `hidden` says that the asker may not even know the thing exists: answer as if absent.
 * A scope of null is for what belongs to no project (one's own session).
 */
export function may(actor: Actor, permission: Permission, scope: Scope | null): Decision {
  if (permission === 'public') return allowed
  switch (actor.kind) {
    case 'anonymous':
      return no('sign in first')
    case 'system':
      return allowed
    case 'agent':
      if (permission !== 'agent.work') return no('agents lease and report, nothing else')
      if (!scope) return allowed
      if (scope.projectId !== actor.projectId) return no('another project', true)
      if (scope.environmentId && scope.environmentId !== actor.environmentId) return no('another environment', true)
      if (scope.regionId && scope.regionId !== actor.regionId) return no('another region', true)
      return allowed
    case 'machine':
      if (scope && scope.projectId !== actor.projectId) return no('another project', true)
      return actor.scopes.includes(permission) ? allowed : no(`this token does not hold ${permission}`)
    case 'person': {
      if (permission === 'signed-in') return allowed
      if (!scope) return actor.grants.some((grant) => holds(grant.role, permission)) ? allowed : no(needsRole(permission))
      const here = actor.grants.filter((grant) => grant.projectId === scope.projectId)
      if (here.length === 0) return no('not in this project', true)
      if (here.some((grant) => holds(grant.role, permission) && reaches(grant, scope))) return allowed
      return no(needsRole(permission))
    }
  }
}

/** A sentence that says who could, so that a refused person knows whom to ask. */
export function needsRole(permission: Permission): string {
  const who = roles.filter((role) => holds(role, permission))
  return who.length ? `this needs the role ${who.join(' or ')}` : `this is for ${permission === 'agent.work' ? 'agents' : 'machine tokens'} only`
}

/** What an actor may see for one permission; doubles as the class that a shared live result is kept for. */
export interface Scopes {
  projects: readonly string[]
  services: 'all' | readonly string[]
  teams: 'all' | readonly string[]
  environments: 'all' | readonly string[]
}

/** The scope set of an actor for a permission, or null where there is nothing to see. */
export function scopesOf(actor: Actor, permission: Permission, everyProject: readonly string[]): Scopes | null {
  const everything = (projects: readonly string[]): Scopes => ({ projects: [...projects].sort(), services: 'all', teams: 'all', environments: 'all' })
  if (permission === 'public' || actor.kind === 'system') return everything(everyProject)
  if (actor.kind === 'anonymous') return null
  if (permission === 'signed-in') return everything(actor.kind === 'person' ? [...new Set(actor.grants.map((g) => g.projectId))] : [])
  if (actor.kind === 'machine') return actor.scopes.includes(permission) ? everything([actor.projectId]) : null
  if (actor.kind === 'agent') return permission === 'agent.work' ? everything([actor.projectId]) : null
  const grants = actor.grants.filter((grant) => holds(grant.role, permission))
  if (grants.length === 0) return null
  const projects = [...new Set(grants.map((grant) => grant.projectId))].sort()
  const union = (key: 'serviceId' | 'teamId' | 'environmentId'): 'all' | string[] => {
    const ids = grants.map((grant) => grant[key])
    return ids.includes(null) ? 'all' : [...new Set(ids as string[])].sort()
  }
  return { projects, services: union('serviceId'), teams: union('teamId'), environments: union('environmentId') }
}
