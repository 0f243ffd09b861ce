import { z } from 'zod'
import { Prisma } from '#lib/generated/prisma/client.ts'
import type { Tx } from '#lib/platform/db.ts'
import { query } from '#lib/platform/query.ts'
import type { BreachView, EvidenceView } from '../view.ts'

interface BreachRow {
  id: string
  criteria: string
  revision: number
  rule: string
  service: string
  environment: string
  region: string
  release: string | null
  action: BreachView['action']
  severity: string
  opened_at: Date
  closed_at: Date | null
  incident_number: number | null
  evidence: EvidenceView
}

/** Breaches as screens show them: open ones first, then the newest; at most 50, or 200 of one incident. */
export async function presentBreaches(tx: Tx, where: { incidentId?: string; open?: boolean; projectIds?: readonly string[] }): Promise<BreachView[]> {
  const conditions = [
    ...(where.incidentId === undefined ? [] : [Prisma.sql`b.incident_id = ${where.incidentId}::uuid`]),
    ...(where.open === undefined ? [] : [where.open ? Prisma.sql`b.closed_at is null` : Prisma.sql`b.closed_at is not null`]),
    ...(where.projectIds === undefined ? [] : [Prisma.sql`b.project_id = any(${[...where.projectIds]}::uuid[])`]),
    Prisma.sql`true`,
  ]
  const rows = await tx.$queryRaw<BreachRow[]>`
    select b.id, c.name as criteria, b.revision, b.rule, s.name as service, e.name as environment, r.name as region, v.version as release,
      b.action, b.severity, b.opened_at, b.closed_at, i.number as incident_number, b.evidence
    from breach b join criteria c on c.id = b.criteria_id join target t on t.id = b.target_id join service s on s.id = t.service_id
    join environment e on e.id = t.environment_id join region r on r.id = t.region_id
    left join release v on v.id = b.release_id left join incident i on i.id = b.incident_id
    where ${Prisma.join(conditions, ' and ')} order by (b.closed_at is null) desc, b.opened_at desc, b.id limit ${where.incidentId === undefined ? 50 : 200}::int`
  return rows.map((row) => ({
    id: row.id,
    criteria: row.criteria,
    revision: row.revision,
    rule: row.rule,
    service: row.service,
    environment: row.environment,
    region: row.region,
    release: row.release,
    action: row.action,
    severity: row.severity,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    incidentNumber: row.incident_number,
    evidence: row.evidence,
  }))
}

const all = (): Record<string, never> => ({})

export const breachList = query({
  name: 'breach.list',
  summary: 'What is over its limits now, and what was.',
  permission: 'incident.read',
  input: z.strictObject({}),
  read: ({ db, scopes }): Promise<BreachView[]> => presentBreaches(db, { projectIds: scopes.projects }),
  // An incident that is opened or changed may have taken breaches in.
  touches: { 'trigger.fired': all, 'trigger.cleared': all, 'incident.opened': all, 'incident.changed': all },
})
