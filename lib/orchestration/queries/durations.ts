import type { Tx } from '#lib/platform/db.ts'

/** Recorded durations of steps that succeeded, in milliseconds, by step kind and service: what the forecast draws from. */
export type Durations = Record<string, readonly number[]>

/** How many of the newest are looked at, a kind and service. */
const newest = 100

export async function loadDurations(tx: Pick<Tx, '$queryRaw'>, projectId: string): Promise<Durations> {
  const rows = await tx.$queryRaw<{ key: string; ms: number[] }[]>`
    select d.step_kind || ':' || coalesce(s.name, '') as key, (array_agg(d.ms order by d.ended_at desc))[1:${newest}::int] as ms
    from (
      select st.step_kind, st.service_id, a.ended_at, extract(epoch from a.ended_at - a.started_at)::float8 * 1000 as ms
      from attempt a join step st on st.id = a.step_id
      where st.project_id = ${projectId}::uuid and a.outcome = 'succeeded' and a.ended_at > now() - interval '90 days' and st.kind = 'real'
      order by a.ended_at desc limit 5000
    ) d left join service s on s.id = d.service_id group by 1`
  return Object.fromEntries(rows.map((row) => [row.key, row.ms]))
}
