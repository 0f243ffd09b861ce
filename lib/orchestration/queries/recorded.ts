import type { Tx } from '#lib/platform/db.ts'
import { must } from '#lib/platform/must.ts'
import { shared } from '#lib/platform/runtime.ts'
import { agentSilentMs } from '../pace.ts'
import type { Recorded } from '../rules/step-durations.ts'

/** How many of the newest are looked at, a name of `stepKeys`. */
const newest = 100
/** Of how many hand-overs. */
const handOvers = 100

/**
 * What the forecast draws from. A step counts from its first lease to its last word: failed attempts, waits between them and
 * people who thought about them are in it. What the command center does has no lease: it counts from when it could begin. A hand-over counts from the moment at which the step could
 * start; where all hands of its region were busy then, from the moment at which one was free: the simulation lets steps wait for hands by itself. How many
 * hands there were is not recorded, so those that there are now stand for it.
 */
export async function loadRecorded(tx: Pick<Tx, '$queryRaw'>, projectId: string, environmentId: string): Promise<Recorded> {
  const [row] = await tx.$queryRaw<Recorded[]>`
    with hands as (
      select r.id, r.name, sum(a.parallel)::int as taken from agent a join region r on r.id = a.region_id
      where a.environment_id = ${environmentId}::uuid and a.revoked_at is null and a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1_000}) group by r.id, r.name
    )
    select
      (select coalesce(json_object_agg(k.key, k.ms), '{}') from (
        select d.step_kind || case grouping(d.service) when 0 then ':' || d.service else '' end || case grouping(d.region) when 0 then ':' || d.region else '' end as key,
          (array_agg(d.ms order by d.finished_at desc))[1:${newest}::int] as ms
        from (
          select st.step_kind, coalesce(s.name, '') as service, coalesce(r.name, '') as region, st.finished_at, round(extract(epoch from st.finished_at - b.begun) * 1000)::float8 as ms
          from step st cross join lateral (select case when st.region_id is null then coalesce(st.ready_at, st.started_at) else st.started_at end as begun) b left join service s on s.id = st.service_id left join region r on r.id = st.region_id
          where st.project_id = ${projectId}::uuid and st.status = 'succeeded' and st.kind = 'real' and b.begun <= st.finished_at and st.finished_at > now() - interval '90 days'
          order by st.finished_at desc limit 5000
        ) d group by grouping sets ((d.step_kind, d.service, d.region), (d.step_kind, d.service), (d.step_kind))) k) as steps,
      (select coalesce(json_agg(round(extract(epoch from h.started_at - case when h.busy < coalesce((select hands.taken from hands where hands.id = h.region_id), 1) then h.ready_at else greatest(h.ready_at, h.freed) end) * 1000)::float8), '[]') from (
        select st.region_id, st.started_at, st.ready_at,
          (select count(*) from step o where o.run_id = st.run_id and o.region_id = st.region_id and o.id <> st.id and o.started_at < st.started_at and o.finished_at > st.ready_at) as busy,
          (select max(o.finished_at) from step o where o.run_id = st.run_id and o.region_id = st.region_id and o.id <> st.id and o.finished_at <= st.started_at) as freed
        from step st where st.project_id = ${projectId}::uuid and st.status = 'succeeded' and st.kind = 'real' and st.ready_at <= st.started_at and st.region_id is not null
        order by st.finished_at desc limit ${handOvers}) h) as "handOver",
      (select coalesce(json_object_agg(hands.name, hands.taken), '{}') from hands) as hands`
  return must(row, 'an answer to what was recorded')
}

/** How long a live forecast goes on with what it knows of earlier runs. */
const knownForMs = 10_000

/** The same, for those who ask every few seconds: at most some seconds old. */
export async function lately(tx: Pick<Tx, '$queryRaw'>, projectId: string, environmentId: string): Promise<Recorded> {
  const kept = shared('recorded durations', () => new Map<string, { at: number; recorded: Promise<Recorded> }>())
  const before = kept.get(environmentId)
  if (before && Date.now() - before.at < knownForMs) return before.recorded
  const recorded = loadRecorded(tx, projectId, environmentId)
  kept.set(environmentId, { at: Date.now(), recorded })
  // What could not be read is asked again by the next one.
  recorded.catch(() => kept.delete(environmentId))
  return recorded
}
