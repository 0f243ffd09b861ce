import { quarantinedAmong } from '#lib/releases/queries/quarantined.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { PlanDocument, Situation } from '../model.ts'
import type { Suspect } from '../rules/compare-options.ts'
import { compareOptions } from '../rules/compare-options.ts'
import type { ForecastView, OptionView } from '../view.ts'
import { lately } from './recorded.ts'

interface SuspectRow {
  service: string
  version: string
  flags: Suspect['flags'] | null
  newer_id: string | null
  newer: string | null
  one_way: string | null
  failed: boolean
}

/** The other ways to deal with it, beside a plan that takes something back; none for a deployment, which nobody has to weigh in a hurry. */
export async function optionsOf(tx: Tx, plan: { projectId: string; environmentId: string; incidentId: string | null; document: PlanDocument; forecast: ForecastView }, situation: Situation): Promise<OptionView[]> {
  const { document, forecast, projectId, environmentId, incidentId } = plan
  if (document.purpose !== 'rollback') return []
  return compareOptions({
    plan: document,
    forecast,
    suspects: await suspectsOf(tx, projectId, environmentId, document),
    regions: situation.regions,
    targets: situation.targets,
    limits: situation.limits,
    recorded: await lately(tx, projectId, environmentId),
    failedPerMinute: incidentId ? await failedPerMinute(tx, incidentId) : null,
  })
}

/** What the plan moves away from because somebody asked for it, with the newest release that came after. */
async function suspectsOf(tx: Tx, projectId: string, environmentId: string, document: PlanDocument): Promise<Suspect[]> {
  const away = document.moves.flatMap((move) => (move.why === 'asked' ? move.from.filter((one) => one.digest !== move.to.digest).map((one) => ({ service: move.service, digest: one.digest })) : []))
  const rows = await tx.$queryRaw<SuspectRow[]>`
    select distinct on (s.name, r.version) s.name as service, r.version, r.declares -> 'flags' as flags, n.id as newer_id, n.version as newer, n.declares ->> 'oneWay' as one_way,
      exists (select 1 from deployment d where d.release_id = n.id and d.environment_id = ${environmentId}::uuid and d.status = 'failed') as failed
    from jsonb_to_recordset(${JSON.stringify(away)}::jsonb) as away(service text, digest text)
      join service s on s.project_id = ${projectId}::uuid and s.name = away.service
      join release r on r.service_id = s.id and r.digest = away.digest
      left join lateral (select * from release later where later.service_id = s.id and later.created_at > r.created_at and later.digest <> r.digest order by later.created_at desc limit 1) n on true
    order by s.name, r.version, r.created_at`
  const barred = new Map((await quarantinedAmong(tx, rows.flatMap((row) => row.newer_id ?? []))).map((one) => [one.releaseId, one.sentence]))
  return rows.map((row) => ({
    service: row.service,
    version: row.version,
    flags: row.flags ?? [],
    newer: row.newer_id && row.newer ? { version: row.newer, oneWay: row.one_way, barred: barred.get(row.newer_id) ?? (row.failed ? `a deployment of ${row.service} ${row.newer} failed here` : null) } : null,
  }))
}

/** From what the open breaches saw when they fired: it stays as it was, and does not change with every look. */
async function failedPerMinute(tx: Tx, incidentId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ failed: number | null }[]>`
    select sum(worst)::float8 as failed from (
      select max((evidence ->> 'value')::float8 * (evidence ->> 'requests')::float8 * 60 / nullif((evidence ->> 'windowSeconds')::float8, 0)) as worst
      from breach where incident_id = ${incidentId}::uuid and closed_at is null and evidence ->> 'signal' = 'error-ratio' and evidence ->> 'value' is not null group by target_id
    ) one`
  return row?.failed ?? null
}
