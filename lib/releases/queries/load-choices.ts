import { observationFreshMs } from '#lib/catalog/model.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { Candidate, Choice } from '../rules/choose-target.ts'
import { chooseTarget } from '../rules/choose-target.ts'

export interface TargetChoice extends Choice {
  targetId: string
  serviceId: string
  service: string
  region: string
  runs: string[]
}

interface Row extends Omit<Candidate, 'quarantine'> {
  targetId: string
  serviceId: string
  service: string
  region: string
  observed: { digest: string | null; state: string }[] | null
  observedAt: Date | null
  now: Date
  because: string | null
  by: string | null
  until: Date | null
}

/** How many of a service's newest releases are looked at, beside all that were ever known good on the target. */
const newest = 20

/** What each target of these services in an environment would go back to, and why not to anything else. One read. */
export async function loadChoices(tx: Pick<Tx, '$queryRaw'>, { environmentId, serviceIds, suspects }: { environmentId: string; serviceIds: readonly string[]; suspects: readonly string[] }): Promise<TargetChoice[]> {
  const rows = await tx.$queryRaw<Row[]>`
    select t.id as "targetId", t.service_id as "serviceId", s.name as service, g.name as region, t.observed, t.observed_at as "observedAt", now() as now,
      r.id as "releaseId", r.version, r.digest, r.created_at as "registeredAt", a.digest is not null as fetchable, st.at as "stagedAt",
      coalesce(kg.at, case when t.last_known_good_release_id = r.id then r.created_at end) as "knownGoodAt", past.spoiled_at as "spoiledAt", past.failed_at as "failedAt", q.because, q.by_name as by, q.until
    from target t join service s on s.id = t.service_id join region g on g.id = t.region_id join release r on r.service_id = t.service_id
      left join artifact a on a.project_id = r.project_id and a.digest = r.digest
      left join artifact_staged st on st.project_id = r.project_id and st.digest = r.digest and st.environment_id = t.environment_id and st.region_id = t.region_id
      left join lateral (select max(k.at) as at from known_good k where k.target_id = t.id and k.release_id = r.id) kg on true
      left join lateral (
        select max(x.spoiled_at) as spoiled_at, max(d.finished_at) filter (where d.status = 'failed') as failed_at
        from deployment_target x join deployment d on d.id = x.deployment_id where x.target_id = t.id and d.release_id = r.id) past on true
      left join quarantine q on q.release_id = r.id and q.lifted_at is null and (q.until is null or q.until > now())
    where t.environment_id = ${environmentId}::uuid and t.service_id = any(${[...serviceIds]}::uuid[])
      and (kg.at is not null or t.last_known_good_release_id = r.id or r.id in (select n.id from release n where n.service_id = t.service_id order by n.created_at desc, n.id desc limit ${newest}))
    order by s.name, g.name, r.created_at desc, r.id desc`
  const choices: TargetChoice[] = []
  for (const [targetId, own] of Map.groupBy(rows, (row) => row.targetId)) {
    const [first] = own
    if (!first) continue
    const { serviceId, service, region, observed, observedAt, now } = first
    const seen = observedAt && now.getTime() - observedAt.getTime() <= observationFreshMs ? (observed ?? []).filter((one) => one.state !== 'stopped').map((one) => one.digest ?? 'unknown bytes') : null
    const candidates = own.map(({ because, by, until, ...row }): Candidate => ({ ...row, quarantine: because === null ? null : { because, by: by ?? 'somebody', until } }))
    const runs = own.filter((one) => seen?.includes(one.digest)).map((one) => one.version)
    choices.push({ targetId, serviceId, service, region, runs, ...chooseTarget({ region, running: seen, suspects }, candidates) })
  }
  return choices
}
