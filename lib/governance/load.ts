import { Prisma } from '#lib/generated/prisma/client.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { must } from '#lib/platform/must.ts'
import type { ChangeFacts, Needs, Policy, PolicyV1, RequestStatus } from './model.ts'
import { voicesIn } from './rules/eligible.ts'
import { grantOf } from './rules/grant-of.ts'
import { asNeeds, asPolicy } from './rules/migrate-policy.ts'
import { needsOf } from './rules/policy.ts'
import type { Tally } from './rules/tally.ts'
import { stricterTally, tally } from './rules/tally.ts'

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
  facts: ChangeFacts
  status: RequestStatus
  because: string | null
  expiresAt: Date
  version: number
}

export const scopeOf = (request: Pick<RequestRow, 'projectId' | 'environmentId' | 'serviceIds'>): Scope => ({ projectId: request.projectId, environmentId: request.environmentId, serviceIds: request.serviceIds })

type StoredRequest = Omit<RequestRow, 'facts' | 'needs'> & { needs: Parameters<typeof asNeeds>[0]; facts: ChangeFacts | null }

/** Of a request `r` and its environment `e`. */
const requestColumns = Prisma.sql`r.id, r.project_id as "projectId", r.incident_id as "incidentId", r.plan_id as "planId", r.plan_hash as "planHash", r.requested_by as "requestedBy", r.editors,
    r.environment_id as "environmentId", e.name as environment, r.service_ids as "serviceIds", r.needs, r.facts, r.status, r.because, r.expires_at as "expiresAt", r.version`

/** Requests of before this was kept know nothing of the change but where it lies. */
const requestOf = (row: StoredRequest): RequestRow => ({ ...row, needs: asNeeds(row.needs), facts: row.facts ?? { environment: row.environment, services: [], tiers: null, dataClasses: null, jurisdictions: null, kinds: null } })

/** Those of these requests that exist, in no particular order. */
export async function loadRequests(tx: Tx, requestIds: readonly string[]): Promise<RequestRow[]> {
  const rows = await tx.$queryRaw<StoredRequest[]>`select ${requestColumns} from approval_request r join environment e on e.id = r.environment_id where r.id = any(${[...requestIds]}::uuid[])`
  return rows.map(requestOf)
}

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
  return row ? { revision: row.revision, document: asPolicy(row.document as unknown as PolicyV1 | Policy) } : null
}

export interface Recount extends Tally {
  /** What it needed when it was asked, and what it would need if it were asked now: both are to be met. */
  needs: [then: Needs, now: Needs]
}

/** What a count rests on, as it stands now. Somebody who has left is not among the people. */
interface Counted {
  votes: readonly { requestId: string; personId: string; planHash: string; vote: string; at: Date }[]
  people: readonly { id: string; email: string }[]
  grants: readonly (Parameters<typeof grantOf>[0] & { personId: string })[]
  policy: Policy | null
}

/** Counts requests' votes as things stand now: people's roles and the stricter of the policy then and now. Four reads, however many requests. */
export async function recountAll(tx: Tx, requests: readonly RequestRow[], now: Date): Promise<Map<string, Recount>> {
  const votes = await tx.approval.findMany({ where: { requestId: { in: requests.map((request) => request.id) } }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })
  const voters = [...new Set(votes.map((vote) => vote.personId))]
  const people = await tx.person.findMany({ where: { id: { in: voters }, disabledAt: null }, select: { id: true, email: true } })
  const grants = await tx.grant.findMany({ where: { personId: { in: people.map((person) => person.id) } } })
  const policies = new Map<string, Policy | null>()
  for (const projectId of new Set(requests.map((request) => request.projectId))) policies.set(projectId, (await loadPolicy(tx, projectId))?.document ?? null)
  return new Map(requests.map((request) => [request.id, count(request, { votes, people, grants, policy: policies.get(request.projectId) ?? null }, now)]))
}

function count(request: RequestRow, { votes, people, grants, policy }: Counted, now: Date): Recount {
  const needs = needsNow(request, policy)
  const voicesBy = (needs: Needs) => (personId: string, group: string): string[] => {
    const person = people.find((one) => one.id === personId)
    const quorum = needs.quorums.find((one) => one.group === group)
    return person && quorum ? voicesIn(quorum, { email: person.email, grants: grants.filter((grant) => grant.personId === personId).map(grantOf) }, scopeOf(request), now) : []
  }
  const own = votes.filter((vote) => vote.requestId === request.id && vote.planHash === request.planHash).map(({ personId, vote, at }) => ({ personId, vote: vote as 'approve' | 'reject', at }))
  const by = (needs: Needs): Tally => tally({ votes: own, requestedBy: request.requestedBy, editors: request.editors, needs, voices: voicesBy(needs) })
  return { needs, ...stricterTally(by(needs[0]), by(needs[1])) }
}

/**
 * A plan's newest request with its count and the policy in force, in one read: it is asked before every single step. The request is held until
 * the transaction ends, shared: nobody withdraws or voids it between this look and the commit.
 */
export async function loadNewestRequest(tx: Tx, planId: string, now: Date): Promise<{ request: RequestRow; recount: Recount; policy: Policy | null } | null> {
  const [row] = await tx.$queryRaw<(StoredRequest & { votes: (Omit<Counted['votes'][number], 'at'> & { at: string })[]; people: Counted['people']; grants: Counted['grants']; policy: PolicyV1 | Policy | null })[]>`
    with newest as (select * from approval_request where plan_id = ${planId}::uuid order by created_at desc, id desc limit 1 for share)
    select ${requestColumns},
      (select coalesce(json_agg(json_build_object('requestId', a.request_id, 'personId', a.person_id, 'planHash', a.plan_hash, 'vote', a.vote, 'at', a.at) order by a.at, a.id), '[]') from approval a where a.request_id = r.id) as votes,
      (select coalesce(json_agg(json_build_object('id', p.id, 'email', p.email)), '[]') from person p where p.disabled_at is null and p.id in (select person_id from approval where request_id = r.id)) as people,
      (select coalesce(json_agg(json_build_object('personId', g.person_id, 'role', g.role, 'projectId', g.project_id, 'teamId', g.team_id, 'serviceId', g.service_id, 'environmentId', g.environment_id)), '[]')
        from role_grant g where g.person_id in (select person_id from approval where request_id = r.id)) as grants,
      (select document from approval_policy p where p.project_id = r.project_id order by p.revision desc limit 1) as policy
    from newest r join environment e on e.id = r.environment_id`
  if (!row) return null
  const request = requestOf(row)
  const policy = row.policy ? asPolicy(row.policy) : null
  return { request, policy, recount: count(request, { votes: row.votes.map((vote) => ({ ...vote, at: new Date(vote.at) })), people: row.people, grants: row.grants, policy }, now) }
}

/** A newer policy never makes a request easier: what it needed then, and what it would need now. */
export const needsNow = (request: Pick<RequestRow, 'needs' | 'facts'>, policy: Policy | null): [then: Needs, now: Needs] => [request.needs, needsOf(policy, request.facts)]

/** The same for one request. */
export const recount = async (tx: Tx, request: RequestRow, now: Date): Promise<Recount> => must((await recountAll(tx, [request], now)).get(request.id), 'the count of a request')
