import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { ExceptionView } from '../view.ts'

interface Row extends Omit<ExceptionView, 'owner' | 'expiresAt' | 'createdAt' | 'cleared'> {
  ownerId: string | null
  owner: string | null
  expiresAt: Date
  createdAt: Date
  clearedAt: Date | null
  clearedBy: string | null
  clearedHow: string | null
}

/** As many as a list shows. */
const most = 200

/** What was left abnormal, the soonest to expire first; of an incident all of it, else only what is not put right yet. */
export async function presentExceptions(tx: Tx, which: { incidentId: string } | { projectIds: readonly string[]; environment?: string | undefined }): Promise<ExceptionView[]> {
  const incidentId = 'incidentId' in which ? which.incidentId : null
  const projectIds = 'projectIds' in which ? [...which.projectIds] : null
  const environment = 'environment' in which ? (which.environment ?? null) : null
  const rows = await tx.$queryRaw<Row[]>`
    select x.id, i.number as "incidentNumber", e.name as environment, x.kind, x.run_id as "runId", x.step_key as step, x.what, x.undo, o.id as "ownerId", o.name as owner, x.expires_at as "expiresAt", x.created_at as "createdAt",
      x.cleared_at as "clearedAt", coalesce((select name from person where id::text = x.cleared_by), x.cleared_by) as "clearedBy", x.cleared_how as "clearedHow", x.version
    from exception x join environment e on e.id = x.environment_id left join incident i on i.id = x.incident_id left join person o on o.id = x.owner_id
    where (${incidentId}::uuid is null or x.incident_id = ${incidentId}::uuid) and (${projectIds}::uuid[] is null or (x.project_id = any(${projectIds}::uuid[]) and x.cleared_at is null))
      and (${environment}::text is null or e.name = ${environment}::text)
    order by (x.cleared_at is not null), x.expires_at, x.created_at, x.id limit ${most}`
  return rows.map(({ ownerId, owner, expiresAt, createdAt, clearedAt, clearedBy, clearedHow, ...row }) => ({
    ...row,
    owner: ownerId && owner ? { id: ownerId, name: owner } : null,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
    cleared: clearedAt ? { at: clearedAt.toISOString(), by: clearedBy ?? 'somebody', how: clearedHow ?? '' } : null,
  }))
}

export const exceptionList = query({
  name: 'exception.list',
  summary: 'What runs have left abnormal and nobody has put right yet, the soonest to expire first.',
  permission: 'incident.read',
  input: z.strictObject({ environment: z.string().min(1).max(60).optional().describe('Only of this environment') }),
  read: ({ db, scopes }, { environment }) => presentExceptions(db, { projectIds: scopes.projects, environment }),
  touches: { 'exception.changed': () => ({}) },
})
