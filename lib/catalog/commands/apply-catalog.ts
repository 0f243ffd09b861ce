import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { FieldProblem } from '#lib/platform/fault.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { catalogSchema } from '../model.ts'
import type { KnownNames } from '../rules/check-catalog.ts'
import { checkCatalog } from '../rules/check-catalog.ts'
import { writeCatalog } from '../write-catalog.ts'

export const applyCatalog = command({
  name: 'catalog.apply',
  summary: 'Declare teams, environments, regions, services, targets, limits and windows. What is not named stays as it is; nothing is deleted.',
  permission: 'catalog.write',
  input: catalogSchema,

  async load({ tx, actor }) {
    const projectId = await projectOf(tx, actor)
    // One declaration at a time: two pipelines that apply the same file must not collide half-way.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`catalog:${projectId}`}))`
    return { subject: projectId, scope: { projectId } }
  },

  async run({ tx, newId }, catalog, projectId) {
    const known = await loadNames(tx, projectId, catalog.limits.length > 0)
    const problems = checkCatalog(catalog, known)
    if (problems.references.length) throw invalid(problems.references)
    if (problems.kinds.length) throw new Fault('conflict', problems.kinds.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields: problems.kinds })
    const counts = await writeCatalog(tx, newId, projectId, catalog)
    const changed = Object.values(counts).some((count) => count > 0)
    return { result: counts, events: changed ? [{ name: 'catalog.changed', subject: projectId, version: 1, data: counts }] : [] }
  },
})

const invalid = (fields: FieldProblem[]): Fault => new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })

/** What is there already; targets only where something refers to them. */
async function loadNames(tx: Tx, projectId: string, withTargets: boolean): Promise<KnownNames> {
  const [teams, environments, regions, services] = [
    await tx.team.findMany({ where: { projectId } }),
    await tx.environment.findMany({ where: { projectId } }),
    await tx.region.findMany({ where: { projectId } }),
    await tx.service.findMany({ where: { projectId } }),
  ]
  const targets = !withTargets
    ? []
    : await tx.$queryRaw<{ name: string }[]>`
        select s.name || ' in ' || e.name || '/' || r.name as name from target t join service s on s.id = t.service_id join environment e on e.id = t.environment_id join region r on r.id = t.region_id
        where t.project_id = ${projectId}::uuid`
  return {
    teams: new Set(teams.map((team) => team.slug)),
    environments: new Map(environments.map((environment) => [environment.name, environment.kind as 'real' | 'drill'])),
    regions: new Set(regions.map((region) => region.name)),
    services: new Set(services.map((service) => service.name)),
    targets: new Set(targets.map((target) => target.name)),
  }
}
