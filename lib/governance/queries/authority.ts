import type { Tx } from '#lib/platform/db.ts'
import { loadPolicy, loadRequest, recount } from '../load.ts'
import { standingRule } from '../rules/policy.ts'

const notApproved: Record<string, string> = {
  rejected: 'the plan has been rejected',
  expired: 'the request for approval has expired; ask again',
  void: 'the approval is void',
  withdrawn: 'the request for approval has been withdrawn',
}

/**
 * Whether exactly this plan may be acted on now. Asked every time authority is used: votes count again, only those of
 * people who still may vote, and by the stricter of the policy then and now. The newest request speaks.
 */
export async function satisfiedApproval(tx: Tx, { planId, planHash }: { planId: string; planHash: string }, now: Date): Promise<{ requestId: string; votes: number } | { because: string }> {
  // Shared: many steps may be leased at once, but nobody withdraws or voids the approval between this look and the commit.
  const [newest] = await tx.$queryRaw<{ id: string }[]>`select id from approval_request where plan_id = ${planId}::uuid order by created_at desc, id desc limit 1 for share`
  if (!newest) return { because: 'nobody has asked for approval of this plan yet' }
  const { subject: request } = await loadRequest(tx, newest.id)
  if (request.planHash !== planHash) return { because: 'what was approved is another plan' }
  const ended = notApproved[request.status]
  if (ended) return { because: request.because ? `${ended}: ${request.because}` : ended }
  if (request.expiresAt <= now) return { because: `the approval expired at ${request.expiresAt.toISOString()}; ask again` }
  const { state, have, need } = await recount(tx, request)
  if (state === 'rejected') return { because: 'the plan has been rejected' }
  if (request.status !== 'satisfied' || state !== 'satisfied') return { because: `${have} of ${need} approvals count${request.status === 'satisfied' ? ' now: somebody lost the right to vote, or the policy became stricter' : ''}` }
  return { requestId: request.id, votes: have }
}

/** The policy's standing approval for a purpose in an environment, or null. */
export async function standingApproval(tx: Tx, projectId: string, { purpose, environmentId }: { purpose: string; environmentId: string }): Promise<{ revision: number; rule: string } | null> {
  const policy = await loadPolicy(tx, projectId)
  const environment = await tx.environment.findFirst({ where: { id: environmentId, projectId } })
  const rule = policy && environment ? standingRule(policy.document, purpose, environment.name) : null
  return policy && rule ? { revision: policy.revision, rule: rule.name } : null
}

/** Who commands an incident, and under which term. Nobody has sat there yet: term 0. */
export async function seatOf(tx: Tx, incidentId: string): Promise<{ holderId: string | null; term: number }> {
  const seat = await tx.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: incidentId } } })
  return { holderId: seat?.holderId ?? null, term: seat?.term ?? 0 }
}
