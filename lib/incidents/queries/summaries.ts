import type { Tx } from '#lib/platform/db.ts'
import { liveStatuses } from '../model.ts'
import type { IncidentStatus, IncidentSummary, Severity } from '../view.ts'

interface SummaryRow {
  id: string
  number: number
  title: string
  severity: Severity
  status: IncidentStatus
  kind: 'real' | 'drill'
  environment: string
  services: string[]
  commander_id: string | null
  commander: string | null
  opened_at: Date
  resolved_at: Date | null
  version: number
}

/** Incidents as lists show them: live ones first, then the newest; at most a hundred. */
export async function summariesOf(tx: Tx, { projects, which }: { projects: readonly string[]; which: 'open' | 'all' | { id: string } }): Promise<IncidentSummary[]> {
  const live = [...liveStatuses] as string[]
  const only = typeof which === 'object' ? which.id : null
  const rows = await tx.$queryRaw<SummaryRow[]>`
    select i.id, i.number, i.title, i.severity, i.status, i.kind, e.name as environment,
      coalesce((select array_agg(s.name order by s.name) from service s where s.id = any(i.service_ids)), '{}') as services,
      p.id as commander_id, p.name as commander, i.opened_at, i.resolved_at, i.version
    from incident i join environment e on e.id = i.environment_id
      left join seat st on st.scope_kind = 'incident' and st.scope_id = i.id left join person p on p.id = st.holder_id
    where i.project_id = any(${[...projects]}::uuid[]) and (${which !== 'open'} or i.status = any(${live})) and (${only}::uuid is null or i.id = ${only}::uuid)
    order by (i.status = any(${live})) desc, i.opened_at desc, i.id limit 100`
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    title: row.title,
    severity: row.severity,
    status: row.status,
    kind: row.kind,
    environment: row.environment,
    services: row.services,
    commander: row.commander_id && row.commander ? { id: row.commander_id, name: row.commander } : null,
    openedAt: row.opened_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    version: row.version,
  }))
}
