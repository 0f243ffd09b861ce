import { incidentScope } from '#lib/incidents/queries/scope.ts'
import type { IncidentStatus, Severity } from '#lib/incidents/view.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import type { PublishFacts } from './rules/publishable.ts'
import type { UpdateView } from './view.ts'

export interface UpdateRow {
  id: string
  projectId: string
  incidentId: string
  kind: 'real' | 'drill'
  audience: UpdateView['audience']
  status: UpdateView['status']
  phase: UpdateView['phase']
  text: string
  textDigest: string
  nextUpdateAt: Date | null
  version: number
  incident: { number: number; status: IncidentStatus; severity: Severity; serviceIds: string[]; environmentId: string }
}

type FlatRow = Omit<UpdateRow, 'incident'> & Omit<UpdateRow['incident'], 'status'> & { incidentStatus: IncidentStatus }

/** An update that exists, its row locked, with what its incident says now. */
export async function loadUpdateForUpdate(tx: Tx, updateId: string): Promise<{ subject: UpdateRow; scope: Scope }> {
  const [row] = await tx.$queryRaw<FlatRow[]>`
    select u.id, u.project_id as "projectId", u.incident_id as "incidentId", u.kind, u.audience, u.status, u.phase, u.text, u.text_digest as "textDigest", u.next_update_at as "nextUpdateAt", u.version,
      i.number, i.status as "incidentStatus", i.severity, i.service_ids as "serviceIds", i.environment_id as "environmentId"
    from incident_update u join incident i on i.id = u.incident_id where u.id = ${updateId}::uuid for update of u`
  if (!row) throw new Fault('not_found', 'there is no such update here')
  const { number, incidentStatus, severity, serviceIds, environmentId, ...update } = row
  return { subject: { ...update, incident: { number, status: incidentStatus, severity, serviceIds, environmentId } }, scope: await incidentScope(tx, { projectId: row.projectId, environmentId, serviceIds }) }
}

/** The verdict on the newest rollback of an incident; null where there is none yet. */
export async function verdictOf(tx: Tx, incidentId: string): Promise<PublishFacts['verdict']> {
  const [row] = await tx.$queryRaw<{ verdict: PublishFacts['verdict'] }[]>`
    select v.verdict from run r join plan p on p.id = r.plan_id left join validation v on v.run_id = r.id and v.step_id is null
    where r.incident_id = ${incidentId}::uuid and p.purpose = 'rollback' order by r.started_at desc nulls first limit 1`
  return row?.verdict ?? null
}
