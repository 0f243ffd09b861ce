import type { Tx } from '#lib/platform/db.ts'
import type { Catalog } from './model.ts'

export interface Counts extends Record<string, number> {
  teams: number
  environments: number
  regions: number
  services: number
  targets: number
  limits: number
  windows: number
}

/** Upserts by name, one statement a kind; counts only what is new or different. */
export async function writeCatalog(tx: Tx, newId: () => string, projectId: string, { teams, environments, regions, services, targets, limits, windows }: Catalog): Promise<Counts> {
  const rows = (list: readonly object[]): string => JSON.stringify(list.map((one) => ({ ...one, id: newId() })))
  return {
    teams: await tx.$executeRaw`
      insert into team (id, project_id, slug, name)
      select id, ${projectId}::uuid, slug, name from jsonb_to_recordset(${rows(teams)}::jsonb) as g(id uuid, slug text, name text)
      on conflict (project_id, slug) do update set name = excluded.name where team.name is distinct from excluded.name`,
    environments: await tx.$executeRaw`
      insert into environment (id, project_id, name, kind)
      select id, ${projectId}::uuid, name, kind from jsonb_to_recordset(${rows(environments)}::jsonb) as g(id uuid, name text, kind text)
      on conflict (project_id, name) do nothing`,
    regions: await tx.$executeRaw`
      insert into region (id, project_id, name, jurisdiction, rto_seconds, traffic_share, max_parallel)
      select id, ${projectId}::uuid, name, jurisdiction, "rtoSeconds", "trafficShare", "maxParallel"
      from jsonb_to_recordset(${rows(regions)}::jsonb) as g(id uuid, name text, jurisdiction text, "rtoSeconds" int, "trafficShare" float8, "maxParallel" int)
      on conflict (project_id, name) do update set jurisdiction = excluded.jurisdiction, rto_seconds = excluded.rto_seconds, traffic_share = excluded.traffic_share, max_parallel = excluded.max_parallel
      where (region.jurisdiction, region.rto_seconds, region.traffic_share, region.max_parallel) is distinct from (excluded.jurisdiction, excluded.rto_seconds, excluded.traffic_share, excluded.max_parallel)`,
    services: await tx.$executeRaw`
      insert into service (id, project_id, name, team_id, tier, data_class, jurisdictions, repeatable, reconciler)
      select g.id, ${projectId}::uuid, g.name, t.id, g.tier, g."dataClass", g.jurisdictions, g.repeatable, nullif(g.reconciler, 'null'::jsonb)
      from jsonb_to_recordset(${rows(services)}::jsonb) as g(id uuid, name text, team text, tier int, "dataClass" text, jurisdictions text[], repeatable boolean, reconciler jsonb)
      join team t on t.project_id = ${projectId}::uuid and t.slug = g.team
      on conflict (project_id, name) do update set team_id = excluded.team_id, tier = excluded.tier, data_class = excluded.data_class, jurisdictions = excluded.jurisdictions, repeatable = excluded.repeatable,
        reconciler = excluded.reconciler
      where (service.team_id, service.tier, service.data_class, service.jurisdictions, service.repeatable, service.reconciler) is distinct from (excluded.team_id, excluded.tier, excluded.data_class, excluded.jurisdictions, excluded.repeatable, excluded.reconciler)`,
    targets: await tx.$executeRaw`
      insert into target (id, project_id, service_id, environment_id, region_id, kind, instances, min_up)
      select g.id, ${projectId}::uuid, s.id, e.id, r.id, e.kind, g.instances, g."minUp"
      from jsonb_to_recordset(${rows(targets)}::jsonb) as g(id uuid, service text, environment text, region text, instances int, "minUp" int)
      join service s on s.project_id = ${projectId}::uuid and s.name = g.service
      join environment e on e.project_id = ${projectId}::uuid and e.name = g.environment
      join region r on r.project_id = ${projectId}::uuid and r.name = g.region
      on conflict (service_id, environment_id, region_id) do update set instances = excluded.instances, min_up = excluded.min_up, version = target.version + 1
      where (target.instances, target.min_up) is distinct from (excluded.instances, excluded.min_up)`,
    limits: await tx.$executeRaw`
      insert into limit_rule (id, project_id, environment_id, name, kind, members, may_be_out)
      select g.id, ${projectId}::uuid, e.id, g.name, g.kind, coalesce(m.members, '[]'), g."mayBeOut"
      from jsonb_to_recordset(${rows(limits)}::jsonb) as g(id uuid, name text, kind text, environment text, members jsonb, "mayBeOut" float8)
      join environment e on e.project_id = ${projectId}::uuid and e.name = g.environment
      left join lateral (
        select jsonb_agg(jsonb_build_object('targetId', t.id, 'weight', one.weight) order by t.id) as members
        from jsonb_to_recordset(g.members) as one(service text, region text, weight float8)
        join service s on s.project_id = ${projectId}::uuid and s.name = one.service
        join region r on r.project_id = ${projectId}::uuid and r.name = one.region
        join target t on t.service_id = s.id and t.environment_id = e.id and t.region_id = r.id
      ) m on true
      on conflict (environment_id, name) do update set kind = excluded.kind, members = excluded.members, may_be_out = excluded.may_be_out
      where (limit_rule.kind, limit_rule.members, limit_rule.may_be_out) is distinct from (excluded.kind, excluded.members, excluded.may_be_out)`,
    windows: await tx.$executeRaw`
      insert into time_window (id, project_id, name, kind, environments, services, regions, opens_at, closes_at, rollback)
      select id, ${projectId}::uuid, name, kind, environments, coalesce(services, '{}'), coalesce(regions, '{}'), "from", "to", rollback
      from jsonb_to_recordset(${rows(windows)}::jsonb) as g(id uuid, name text, kind text, environments text[], services text[], regions text[], "from" timestamptz(3), "to" timestamptz(3), rollback boolean)
      on conflict (project_id, name) do update set kind = excluded.kind, environments = excluded.environments, services = excluded.services, regions = excluded.regions,
        opens_at = excluded.opens_at, closes_at = excluded.closes_at, rollback = excluded.rollback
      where (time_window.kind, time_window.environments, time_window.services, time_window.regions, time_window.opens_at, time_window.closes_at, time_window.rollback)
        is distinct from (excluded.kind, excluded.environments, excluded.services, excluded.regions, excluded.opens_at, excluded.closes_at, excluded.rollback)`,
  }
}
