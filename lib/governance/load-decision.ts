import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import type { DecisionOutcome } from './model.ts'

export interface DecisionRow {
  id: string
  incidentId: string | null
  planHash: string
  outcome: DecisionOutcome | null
}

/** A decision that exists, held so that it does not end meanwhile, and where it lies. */
export async function loadDecisionForShare(tx: Tx, decisionId: string): Promise<{ subject: DecisionRow; scope: Scope }> {
  const [row] = await tx.$queryRaw<(DecisionRow & { projectId: string; environmentId: string; serviceIds: string[] })[]>`
    select d.id, d.incident_id as "incidentId", d.plan_hash as "planHash", d.outcome, r.project_id as "projectId", r.environment_id as "environmentId", r.service_ids as "serviceIds"
    from decision d join approval_request r on r.id = d.id where d.id = ${decisionId}::uuid for share of r`
  if (!row) throw new Fault('not_found', 'there is no such decision here')
  const { projectId, environmentId, serviceIds, ...subject } = row
  return { subject, scope: { projectId, environmentId, serviceIds } }
}
