import { agentSilentMs } from '#lib/catalog/model.ts'
import type { Tx } from '#lib/platform/db.ts'
import { must } from '#lib/platform/must.ts'
import type { LimitFacts, RegionFacts } from './model.ts'
import type { KnownSchema, Undo } from './rules/databases.ts'

/** What is around an environment's targets, as it stands in the database. */
export interface Surroundings {
  regions: RegionFacts[]
  limits: LimitFacts[]
  windows: { name: string; kind: 'freeze' | 'maintenance'; until: string; services: string[]; regions: string[]; rollback: boolean }[]
  schemas: KnownSchema[]
  undos: Undo[]
}

/**
 * One read. A region's kinds are what the agents heard of within `agentSilentMs` may do; where none is heard of they are null:
 * a plan can be made while an agent is away, and its run waits and says for whom. Of two releases that say how a version is
 * taken back, the one registered last is believed.
 */
export async function loadSurroundings(tx: Tx, projectId: string, environmentId: string, environment: string, now: Date): Promise<Surroundings> {
  const [row] = await tx.$queryRaw<Surroundings[]>`
    select
      (select coalesce(json_agg(json_build_object('name', r.name, 'rtoSeconds', r.rto_seconds, 'trafficShare', r.traffic_share, 'maxParallel', r.max_parallel, 'kinds', k.kinds) order by r.name), '[]')
        from region r left join lateral (
          select array_agg(distinct may.kind order by may.kind) as kinds from agent a, unnest(a.step_kinds) as may(kind)
          where a.environment_id = ${environmentId}::uuid and a.region_id = r.id and a.revoked_at is null and a.last_seen_at > ${now}::timestamptz - make_interval(secs => ${agentSilentMs / 1_000})
        ) k on true where r.project_id = ${projectId}::uuid) as regions,
      (select coalesce(json_agg(json_build_object('name', name, 'kind', kind, 'members', members, 'mayBeOut', may_be_out) order by name), '[]')
        from limit_rule where environment_id = ${environmentId}::uuid and members <> '[]') as limits,
      (select coalesce(json_agg(json_build_object('name', name, 'kind', kind, 'services', services, 'regions', regions, 'rollback', rollback,
          'until', to_char(closes_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by name), '[]')
        from time_window where project_id = ${projectId}::uuid and ${environment} = any(environments) and opens_at <= ${now}::timestamptz and ${now}::timestamptz < closes_at) as windows,
      (select coalesce(json_agg(json_build_object('database', database, 'region', region, 'version', version)), '[]') from database_schema where environment_id = ${environmentId}::uuid) as schemas,
      (select coalesce(json_agg(u), '[]') from (
          select distinct on (1, 2) r.declares #>> '{schema,database}' as database, (m ->> 'to')::int as "to", nullif(m -> 'undo', 'null') as undo, m ->> 'because' as because
          from release r, jsonb_array_elements(r.declares #> '{schema,migrations}') m
          where r.project_id = ${projectId}::uuid and r.declares @? '$.schema.migrations[0]' order by 1, 2, r.created_at desc, r.id desc) u) as undos`
  return must(row, 'an answer to what is around')
}
