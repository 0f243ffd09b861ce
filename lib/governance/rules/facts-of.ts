import type { ChangeFacts } from '../model.ts'

/** What a policy asks about: of all services that move, together. A change of services nobody knows is one nobody knows anything of. */
export function factsOf(environment: string, services: readonly { name: string; tier: number; dataClass: string; jurisdictions: string[] }[], kinds: ChangeFacts['kinds']): ChangeFacts {
  const all = <T>(values: readonly T[]): T[] | null => (services.length > 0 ? [...new Set(values)].sort() : null)
  return { environment, services: services.map((service) => service.name).sort(), tiers: all(services.map((one) => one.tier)), dataClasses: all(services.map((one) => one.dataClass)), jurisdictions: all(services.flatMap((one) => one.jurisdictions)), kinds }
}
