import { presentApproval } from '#lib/governance/queries/approvals.ts'
import type { ApprovalView } from '#lib/governance/view.ts'
import { presentPlan } from '#lib/orchestration/queries/present-plan.ts'
import { presentRun } from '#lib/orchestration/queries/present-run.ts'
import type { PlanView, RunView } from '#lib/orchestration/view.ts'
import type { Tx } from '#lib/platform/db.ts'
import { nextDecision } from '../rules/next-decision.ts'
import { resolvable } from '../rules/resolvable.ts'
import type { IncidentStatus, NextDecision } from '../view.ts'
import { resolveFacts } from './resolve-facts.ts'

/** How far an incident has come: what is proposed, voted, run and proven, and what has to be decided next. */
export interface Course {
  plan: PlanView | null
  noPlanBecause: string | null
  approval: ApprovalView | null
  run: RunView | null
  resolvable: { ok: boolean; because: string }
  next: NextDecision
}

/** Reads the course of one incident. The same facts decide what the screens show and what the commands refuse. */
export async function courseOf(tx: Tx, incident: { id: string; status: IncidentStatus; commander: string | null }): Promise<Course> {
  const [ids] = await tx.$queryRaw<{ plan_id: string | null; run_id: string | null; refused: string | null }[]>`
    select
      (select id from plan where incident_id = ${incident.id}::uuid and status = 'proposed' and purpose = 'rollback' order by created_at desc, id desc limit 1) as plan_id,
      (select r.id from run r join plan p on p.id = r.plan_id where r.incident_id = ${incident.id}::uuid and p.purpose = 'rollback' order by r.started_at desc nulls first limit 1) as run_id,
      (select p.payload->>'refused' from record r join record_payload p on p.record_id = r.id where r.incident_id = ${incident.id}::uuid and r.action = 'plan.propose' order by r.at desc, r.id desc limit 1) as refused`
  const plan = ids?.plan_id ? await presentPlan(tx, ids.plan_id) : null
  const approval = plan?.approvalId ? await presentApproval(tx, plan.approvalId) : null
  const run = ids?.run_id ? await presentRun(tx, ids.run_id) : null
  const facts = await resolveFacts(tx, incident)
  const may = resolvable(facts)
  const answer = { ok: may.ok, because: may.because }
  // A plan that ran is history: what counts then is whether another could be made.
  const noPlanBecause = plan && !plan.runId ? null : (ids?.refused ?? null)
  return {
    plan,
    noPlanBecause,
    approval,
    run,
    resolvable: answer,
    next: nextDecision({
      status: incident.status,
      commander: incident.commander,
      plan: plan ? { id: plan.id, sentence: plan.sentence, used: plan.runId !== null, proof: plan.proof } : null,
      noPlanBecause,
      approval,
      run,
      validation: run?.validation ?? null,
      resolvable: answer,
      regressed: facts.regressed,
    }),
  }
}
