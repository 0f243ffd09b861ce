import type { Tx } from '#lib/platform/db.ts'
import { loadNewestRequest, loadPolicy } from '../load.ts'
import { frozenBy, standingDeploymentRule } from '../rules/policy.ts'
import type { AutomaticPlan, EarlierRun } from '../rules/standing.ts'
import { judgeStanding, standingRollbackRules, whyNotCovered } from '../rules/standing.ts'

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
  const newest = await loadNewestRequest(tx, planId, now)
  if (!newest) return { because: 'nobody has asked for approval of this plan yet' }
  const { request, policy, recount: { state, have, need } } = newest
  if (request.planHash !== planHash) return { because: 'what was approved is another plan' }
  const ended = notApproved[request.status]
  if (ended) return { because: request.because ? `${ended}: ${request.because}` : ended }
  if (request.expiresAt <= now) return { because: `the approval expired at ${request.expiresAt.toISOString()}; ask again` }
  const freeze = frozenBy(policy, request.facts, now)
  if (freeze) return { because: `the freeze ${freeze.name} holds until ${freeze.closesAt}` }
  if (state === 'rejected') return { because: 'the plan has been rejected' }
  if (request.status !== 'satisfied' || state !== 'satisfied') return { because: `${have} of ${need} approvals count${request.status === 'satisfied' ? ' now: somebody lost the right to vote, or the policy became stricter' : ''}` }
  return { requestId: request.id, votes: have }
}

/** The policy's standing approval for deployments to an environment, or null. */
export async function standingDeployment(tx: Tx, projectId: string, environmentId: string): Promise<{ revision: number; rule: string } | null> {
  const policy = await loadPolicy(tx, projectId)
  const environment = await tx.environment.findFirst({ where: { id: environmentId, projectId } })
  const rule = policy && environment ? standingDeploymentRule(policy.document, environment.name) : null
  return policy && rule ? { revision: policy.revision, rule: rule.name } : null
}

/**
 * Whether a rollback may begin without people now. Asked under `holdStanding`, so that what others begin at this moment counts: a cap of
 * two is two, however many engines there are.
 */
export async function mayBeginByItself(tx: Tx, projectId: string, asked: string, plan: AutomaticPlan, now: Date): Promise<{ revision: number; rule: string } | { because: string[] }> {
  const policy = await loadPolicy(tx, projectId)
  const verdict = judgeStanding(policy?.document ?? null, asked, plan, await earlierRuns(tx, projectId), now)
  return verdict.allowed && policy ? { revision: policy.revision, rule: verdict.rule.name } : { because: verdict.allowed ? ['there is no policy'] : verdict.because }
}

/** Whether a rollback that began by itself may go on: the policy as it is now still has the rule, and the rule covers this plan. Null = it may. */
export async function whyNotOnByItself(tx: Tx, projectId: string, { rule: name, asked }: { rule: string; asked: string }, plan: AutomaticPlan, now: Date): Promise<string | null> {
  const policy = await loadPolicy(tx, projectId)
  const rule = standingRollbackRules(policy?.document ?? null, plan, asked).find((one) => one.name === name)
  if (!rule) return `the policy no longer has a standing approval ${name} that covers this`
  return whyNotCovered(rule, plan, now)[0] ?? null
}

/** One at a time for a project: whoever is about to begin a rollback by itself sees all that others have begun. */
export const holdStanding = (tx: Tx, projectId: string): Promise<unknown> => tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`standing rollbacks of ${projectId}`}, 0))`

/** Rollbacks of the last day that no person started. A longer cool-down than a day there is none. */
const earlierRuns = (tx: Tx, projectId: string): Promise<EarlierRun[]> => tx.$queryRaw<EarlierRun[]>`
  select r.authority->>'rule' as rule, r.started_at as at, array(select distinct m->>'service' from jsonb_array_elements(p.document->'moves') m) as services
  from run r join plan p on p.id = r.plan_id
  where r.project_id = ${projectId}::uuid and p.purpose = 'rollback' and r.authority->>'kind' = 'standing' and r.started_at > now() - interval '1 day'`

/** Who commands an incident, and under which term. Nobody has sat there yet: term 0. */
export async function seatOf(tx: Tx, incidentId: string): Promise<{ holderId: string | null; term: number }> {
  const seat = await tx.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: incidentId } } })
  return { holderId: seat?.holderId ?? null, term: seat?.term ?? 0 }
}
