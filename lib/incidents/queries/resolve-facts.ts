import type { Tx } from '#lib/platform/db.ts'
import type { ResolveFacts } from '../rules/resolvable.ts'
import type { IncidentStatus } from '../view.ts'

/** What `resolvable` has to know: the newest rollback, its validation, and how many breaches are open. */
export async function resolveFacts(tx: Tx, incident: { id: string; status: IncidentStatus }): Promise<ResolveFacts> {
  const [row] = await tx.$queryRaw<{ run: string | null; validation: string | null; verdict: string | null; open: number; regressed: boolean | null }[]>`
    select r.status as run, v.status as validation, v.verdict, (select count(*)::int from breach b where b.incident_id = i.id and b.closed_at is null) as open, i.mitigating_at > v.finished_at as regressed
    from incident i
      left join lateral (select r.id, r.status from run r join plan p on p.id = r.plan_id where r.incident_id = i.id and p.purpose = 'rollback' order by r.started_at desc nulls first limit 1) r on true
      left join validation v on v.run_id = r.id and v.step_id is null
    where i.id = ${incident.id}::uuid`
  return {
    status: incident.status,
    run: row?.run ? { status: row.run as NonNullable<ResolveFacts['run']>['status'] } : null,
    validation: row?.validation ? { status: row.validation as 'measuring' | 'done', verdict: row.verdict as 'pass' | 'fail' | 'no data' | null } : null,
    openBreaches: row?.open ?? 0,
    regressed: row?.regressed ?? false,
  }
}
