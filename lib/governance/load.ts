import type { Grant } from '#lib/platform/actor.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Role, Scope } from '#lib/platform/may.ts'
import type { Needs, Policy, RequestStatus, VotingRole } from './model.ts'
import { holdsVotingRole } from './rules/eligible.ts'
import { rollbackRule, stricterOf } from './rules/policy.ts'
import type { Tally } from './rules/tally.ts'
import { tally } from './rules/tally.ts'

export interface RequestRow {
  id: string
  projectId: string
  incidentId: string | null
  planId: string
  planHash: string
  requestedBy: string
  editors: string[]
  environmentId: string
  environment: string
  serviceIds: string[]
  needs: Needs
  status: RequestStatus
  because: string | null
  expiresAt: Date
  version: number
}

export const scopeOf = (request: Pick<RequestRow, 'projectId' | 'environmentId' | 'serviceIds'>): Scope => ({ projectId: request.projectId, environmentId: request.environmentId, serviceIds: request.serviceIds })

/** A request that exists, or Fault not_found. */
export async function loadRequest(tx: Tx, requestId: string): Promise<{ subject: RequestRow; scope: Scope }> {
  const [row] = await tx.$queryRaw<RequestRow[]>`
    select r.id, r.project_id as "projectId", r.incident_id as "incidentId", r.plan_id as "planId", r.plan_hash as "planHash", r.requested_by as "requestedBy", r.editors,
      r.environment_id as "environmentId", e.name as environment, r.service_ids as "serviceIds", r.needs, r.status, r.because, r.expires_at as "expiresAt", r.version
    from approval_request r join environment e on e.id = r.environment_id where r.id = ${requestId}::uuid`
  if (!row) throw new Fault('not_found', 'there is no such approval request here')
  return { subject: row, scope: scopeOf(row) }
}

/** The same, locked until the transaction ends: votes on it are counted one after the other. */
export async function loadRequestForUpdate(tx: Tx, requestId: string): Promise<{ subject: RequestRow; scope: Scope }> {
  await tx.$queryRaw`select id from approval_request where id = ${requestId}::uuid for update`
  return loadRequest(tx, requestId)
}

/** The policy in force: the newest revision, or null where there is none yet. */
export async function loadPolicy(tx: Tx, projectId: string): Promise<{ revision: number; document: Policy } | null> {
  const row = await tx.approvalPolicy.findFirst({ where: { projectId }, orderBy: { revision: 'desc' } })
  return row ? { revision: row.revision, document: row.document as unknown as Policy } : null
}

/** Of these people, those who may vote on something that lies here: not disabled, and with a role that is listed. */
export async function loadEligible(tx: Tx, personIds: readonly string[], roles: readonly VotingRole[], scope: Scope): Promise<Set<string>> {
  if (personIds.length === 0) return new Set()
  const people = await tx.person.findMany({ where: { id: { in: [...personIds] }, disabledAt: null }, include: { grants: true } })
  const grantsOf = (person: (typeof people)[number]): Grant[] =>
    person.grants.map(({ role, projectId, teamId, serviceId, environmentId }) => ({ role: role as Role, projectId, teamId, serviceId, environmentId }))
  return new Set(people.filter((person) => holdsVotingRole(grantsOf(person), roles, scope)).map((person) => person.id))
}

/** Counts a request's votes as things stand now: people's roles and the stricter of the policy then and now. */
export async function recount(tx: Tx, request: RequestRow): Promise<Tally & { need: number }> {
  const votes = await tx.approval.findMany({ where: { requestId: request.id, planHash: request.planHash }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const policy = await loadPolicy(tx, request.projectId)
  const needs = stricterOf(request.needs, rollbackRule(policy?.document ?? null, request.environment))
  const eligible = await loadEligible(tx, votes.map((vote) => vote.personId), needs.roles, scopeOf(request))
  return { need: needs.approvals, ...tally({ votes: votes.map((vote) => ({ personId: vote.personId, vote: vote.vote as 'approve' | 'reject' })), requestedBy: request.requestedBy, editors: request.editors, need: needs.approvals, eligible }) }
}
