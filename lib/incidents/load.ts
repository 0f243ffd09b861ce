import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { incidentScope } from './queries/scope.ts'
import type { IncidentStatus, Severity } from './view.ts'

export interface IncidentRow {
  id: string
  projectId: string
  number: number
  kind: 'real' | 'drill'
  title: string
  severity: Severity
  status: IncidentStatus
  environmentId: string
  serviceIds: string[]
  releaseId: string | null
  version: number
}

/** An incident that exists, its row locked until the transaction ends, and where it lies. */
export async function loadIncidentForUpdate(tx: Tx, incidentId: string): Promise<{ subject: IncidentRow; scope: Scope }> {
  const [row] = await tx.$queryRaw<IncidentRow[]>`
    select id, project_id as "projectId", number, kind, title, severity, status, environment_id as "environmentId", service_ids as "serviceIds", release_id as "releaseId", version
    from incident where id = ${incidentId}::uuid for update`
  if (!row) throw new Fault('not_found', 'there is no such incident here')
  return { subject: row, scope: await incidentScope(tx, row) }
}

export interface ExceptionRow {
  id: string
  projectId: string
  incidentId: string | null
  environmentId: string
  what: string
  clearedAt: Date | null
  version: number
}

/** Something that was left abnormal, locked; it lies where its incident lies, or in its environment. Its incident waits: nobody closes it meanwhile. */
export async function loadExceptionForUpdate(tx: Tx, exceptionId: string): Promise<{ subject: ExceptionRow; scope: Scope }> {
  const found = await tx.exception.findUnique({ where: { id: exceptionId }, select: { incidentId: true } })
  const incident = found?.incidentId ? (await loadIncidentForUpdate(tx, found.incidentId)).scope : null
  const [row] = await tx.$queryRaw<ExceptionRow[]>`
    select id, project_id as "projectId", incident_id as "incidentId", environment_id as "environmentId", what, cleared_at as "clearedAt", version from exception where id = ${exceptionId}::uuid for update`
  if (!row) throw new Fault('not_found', 'there is no such thing left here')
  return { subject: row, scope: incident ?? { projectId: row.projectId, environmentId: row.environmentId } }
}

/** One writer at a time decides what joins which incident in an environment. */
export const holdEnvironment = (tx: Tx, projectId: string, environmentId: string): Promise<unknown> =>
  tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`incidents of ${projectId} in ${environmentId}`}, 0))`
