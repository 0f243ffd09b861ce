import type { Grant } from '#lib/platform/actor.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Role, Scope } from '#lib/platform/may.ts'
import { must } from '#lib/platform/must.ts'
import type { Needs, Policy, RequestStatus } from './model.ts'
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

/** Those of these requests that exist, in no particular order. */
export const loadRequests = (tx: Tx, requestIds: readonly string[]): Promise<RequestRow[]> => tx.$queryRaw<RequestRow[]>`
  select r.id, r.project_id as "projectId", r.incident_id as "incidentId", r.plan_id as "planId", r.plan_hash as "planHash", r.requested_by as "requestedBy", r.editors,
    r.environment_id as "environmentId", e.name as environment, r.service_ids as "serviceIds", r.needs, r.status, r.because, r.expires_at as "expiresAt", r.version
  from approval_request r join environment e on e.id = r.environment_id where r.id = any(${[...requestIds]}::uuid[])`

/** A request that exists, or Fault not_found. */
export async function loadRequest(tx: Tx, requestId: string): Promise<{ subject: RequestRow; scope: Scope }> {
  const [row] = await loadRequests(tx, [requestId])
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

export type Recount = Tally & { need: number }

/** Counts requests' votes as things stand now: people's roles and the stricter of the policy then and now. Four reads, however many requests. */
export async function recountAll(tx: Tx, requests: readonly RequestRow[]): Promise<Map<string, Recount>> {
  const votes = await tx.approval.findMany({ where: { requestId: { in: requests.map((request) => request.id) } }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const voters = [...new Set(votes.map((vote) => vote.personId))]
  // Somebody who has left holds nothing.
  const grants = await tx.grant.findMany({ where: { personId: { in: voters }, person: { disabledAt: null } } })
  const policies = new Map<string, Policy | null>()
  for (const projectId of new Set(requests.map((request) => request.projectId))) policies.set(projectId, (await loadPolicy(tx, projectId))?.document ?? null)

  return new Map(
    requests.map((request) => {
      const needs = stricterOf(request.needs, rollbackRule(policies.get(request.projectId) ?? null, request.environment))
      const mayVote = (personId: string): boolean => holdsVotingRole(grants.filter((grant) => grant.personId === personId).map(grantOf), needs.roles, scopeOf(request))
      const own = votes.filter((vote) => vote.requestId === request.id && vote.planHash === request.planHash).map(({ personId, vote }) => ({ personId, vote: vote as 'approve' | 'reject' }))
      const counted = tally({ votes: own, requestedBy: request.requestedBy, editors: request.editors, need: needs.approvals, eligible: new Set(voters.filter(mayVote)) })
      return [request.id, { need: needs.approvals, ...counted }]
    }),
  )
}

/** The same for one request. */
export const recount = async (tx: Tx, request: RequestRow): Promise<Recount> => must((await recountAll(tx, [request])).get(request.id), 'the count of a request')

const grantOf = ({ role, projectId, teamId, serviceId, environmentId }: Omit<Grant, 'role'> & { role: string }): Grant => ({ role: role as Role, projectId, teamId, serviceId, environmentId })
