import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { FieldProblem } from '#lib/platform/fault.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import type { Catalog } from '../model.ts'
import { catalogSchema } from '../model.ts'
import type { KnownNames } from '../rules/check-catalog.ts'
import { checkCatalog } from '../rules/check-catalog.ts'

export const applyCatalog = command({
  name: 'catalog.apply',
  summary: 'Declare teams, environments, regions, services and targets. What is not named stays as it is; nothing is deleted.',
  permission: 'catalog.write',
  input: catalogSchema,

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    // One declaration at a time: two pipelines that apply the same file must not collide half-way.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`catalog:${projectId}`}))`
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, newId }, catalog, projectId) {
    const known = await loadNames(tx, projectId)
    const problems = checkCatalog(catalog, known)
    if (problems.references.length) throw invalid(problems.references)
    if (problems.kinds.length) throw new Fault('conflict', problems.kinds.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields: problems.kinds })
    const counts = await write(tx, newId, projectId, catalog)
    const changed = Object.values(counts).some((count) => count > 0)
    return { result: counts, events: changed ? [{ name: 'catalog.changed', subject: projectId, version: 1, data: counts }] : [] }
  },
})

const invalid = (fields: FieldProblem[]): Fault => new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })

async function loadNames(tx: Tx, projectId: string): Promise<KnownNames> {
  const [teams, environments, regions, services] = [
    await tx.team.findMany({ where: { projectId } }),
    await tx.environment.findMany({ where: { projectId } }),
    await tx.region.findMany({ where: { projectId } }),
    await tx.service.findMany({ where: { projectId } }),
  ]
  return {
    teams: new Set(teams.map((team) => team.slug)),
    environments: new Map(environments.map((environment) => [environment.name, environment.kind as 'real' | 'drill'])),
    regions: new Set(regions.map((region) => region.name)),
    services: new Set(services.map((service) => service.name)),
  }
}

interface Counts extends Record<string, number> {
  teams: number
  environments: number
  regions: number
  services: number
  targets: number
}

/** Upserts by name, one statement a kind; counts only what is new or different. */
async function write(tx: Tx, newId: () => string, projectId: string, { teams, environments, regions, services, targets }: Catalog): Promise<Counts> {
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
      insert into region (id, project_id, name, jurisdiction, rto_seconds, traffic_share)
      select id, ${projectId}::uuid, name, jurisdiction, "rtoSeconds", "trafficShare"
      from jsonb_to_recordset(${rows(regions)}::jsonb) as g(id uuid, name text, jurisdiction text, "rtoSeconds" int, "trafficShare" float8)
      on conflict (project_id, name) do update set jurisdiction = excluded.jurisdiction, rto_seconds = excluded.rto_seconds, traffic_share = excluded.traffic_share
      where (region.jurisdiction, region.rto_seconds, region.traffic_share) is distinct from (excluded.jurisdiction, excluded.rto_seconds, excluded.traffic_share)`,
    services: await tx.$executeRaw`
      insert into service (id, project_id, name, team_id, tier, data_class, jurisdictions, repeatable)
      select g.id, ${projectId}::uuid, g.name, t.id, g.tier, g."dataClass", g.jurisdictions, g.repeatable
      from jsonb_to_recordset(${rows(services)}::jsonb) as g(id uuid, name text, team text, tier int, "dataClass" text, jurisdictions text[], repeatable boolean)
      join team t on t.project_id = ${projectId}::uuid and t.slug = g.team
      on conflict (project_id, name) do update set team_id = excluded.team_id, tier = excluded.tier, data_class = excluded.data_class, jurisdictions = excluded.jurisdictions, repeatable = excluded.repeatable
      where (service.team_id, service.tier, service.data_class, service.jurisdictions, service.repeatable) is distinct from (excluded.team_id, excluded.tier, excluded.data_class, excluded.jurisdictions, excluded.repeatable)`,
    targets: await tx.$executeRaw`
      insert into target (id, project_id, service_id, environment_id, region_id, kind, instances, min_up)
      select g.id, ${projectId}::uuid, s.id, e.id, r.id, e.kind, g.instances, g."minUp"
      from jsonb_to_recordset(${rows(targets)}::jsonb) as g(id uuid, service text, environment text, region text, instances int, "minUp" int)
      join service s on s.project_id = ${projectId}::uuid and s.name = g.service
      join environment e on e.project_id = ${projectId}::uuid and e.name = g.environment
      join region r on r.project_id = ${projectId}::uuid and r.name = g.region
      on conflict (service_id, environment_id, region_id) do update set instances = excluded.instances, min_up = excluded.min_up, version = target.version + 1
      where (target.instances, target.min_up) is distinct from (excluded.instances, excluded.min_up)`,
  }
}
