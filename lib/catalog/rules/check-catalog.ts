import type { FieldProblem } from '#lib/platform/fault.ts'
import type { Catalog } from '../model.ts'

/** What a project has already, by name. */
export interface KnownNames {
  teams: ReadonlySet<string>
  environments: ReadonlyMap<string, 'real' | 'drill'>
  regions: ReadonlySet<string>
  services: ReadonlySet<string>
  /** As `checkout in production/eu`; asked for only where limits are declared. */
  targets: ReadonlySet<string>
}

/** Names and targets that a declaration refers to and nobody has declared, names said twice, and kinds that would change. */
export function checkCatalog(catalog: Catalog, known: KnownNames): { references: FieldProblem[]; kinds: FieldProblem[] } {
  const teams = new Set([...known.teams, ...catalog.teams.map((team) => team.slug)])
  const environments = new Set([...known.environments.keys(), ...catalog.environments.map((environment) => environment.name)])
  const regions = new Set([...known.regions, ...catalog.regions.map((region) => region.name)])
  const services = new Set([...known.services, ...catalog.services.map((service) => service.name)])
  const targets = new Set([...known.targets, ...catalog.targets.map(placeOf)])
  const missing = (field: string, what: string, name: string, names: ReadonlySet<string>): FieldProblem[] =>
    names.has(name) ? [] : [{ field, message: `there is no ${what} ${name}; declare it under ${what}s, or use one of ${listOf(names)}` }]

  return {
    references: [
      ...repeated('teams', 'slug', catalog.teams.map((team) => team.slug)),
      ...repeated('environments', 'name', catalog.environments.map((environment) => environment.name)),
      ...repeated('regions', 'name', catalog.regions.map((region) => region.name)),
      ...repeated('services', 'name', catalog.services.map((service) => service.name)),
      ...repeated('targets', 'service', catalog.targets.map(placeOf)),
      ...repeated('limits', 'name', catalog.limits.map((limit) => `${limit.name} in ${limit.environment}`)),
      ...repeated('windows', 'name', catalog.windows.map((window) => window.name)),
      ...catalog.services.flatMap((service, n) => missing(`services.${n}.team`, 'team', service.team, teams)),
      ...catalog.targets.flatMap((target, n) => [
        ...missing(`targets.${n}.service`, 'service', target.service, services),
        ...missing(`targets.${n}.environment`, 'environment', target.environment, environments),
        ...missing(`targets.${n}.region`, 'region', target.region, regions),
      ]),
      ...catalog.limits.flatMap((limit, n) => [
        ...missing(`limits.${n}.environment`, 'environment', limit.environment, environments),
        ...repeated(`limits.${n}.members`, 'service', limit.members.map(({ service, region }) => `${service} in ${region}`)),
        ...(environments.has(limit.environment) ? limit.members : []).flatMap(({ service, region }, m) => {
          const place = placeOf({ service, environment: limit.environment, region })
          return targets.has(place) ? [] : [{ field: `limits.${n}.members.${m}`, message: `there is no target ${place}; declare it under targets, or name one that is there` }]
        }),
      ]),
      ...catalog.windows.flatMap((window, n) => [
        ...window.environments.flatMap((name, m) => missing(`windows.${n}.environments.${m}`, 'environment', name, environments)),
        ...(window.services ?? []).flatMap((name, m) => missing(`windows.${n}.services.${m}`, 'service', name, services)),
        ...(window.regions ?? []).flatMap((name, m) => missing(`windows.${n}.regions.${m}`, 'region', name, regions)),
      ]),
    ],
    kinds: catalog.environments.flatMap(({ name, kind }, n) => {
      const before = known.environments.get(name)
      return before && before !== kind ? [{ field: `environments.${n}.kind`, message: `${name} is ${before} for ever; declare another environment for ${kind}` }] : []
    }),
  }
}

const placeOf = ({ service, environment, region }: { service: string; environment: string; region: string }): string => `${service} in ${environment}/${region}`

function repeated(list: string, field: string, names: readonly string[]): FieldProblem[] {
  const seen = new Set<string>()
  return names.flatMap((name, n) => (seen.size === seen.add(name).size ? [{ field: `${list}.${n}.${field}`, message: `${name} is declared twice; once is right` }] : []))
}

const listOf = (names: ReadonlySet<string>): string => (names.size === 0 ? 'none so far' : [...names].sort().slice(0, 12).join(', '))
