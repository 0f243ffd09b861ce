import type { Failure } from './failure-of.ts'

/** What conditions and references can speak of. Text that is not known is `unknown`; nothing here is ever guessed to be good. */
export interface PlaybookSituation {
  failure: Failure
  /** The first service that is taken back, and all of them. */
  service: string
  services: readonly string[]
  /** The lowest number: 1 is what hurts most. */
  tier: number
  /** The strictest of public, internal, customer, regulated. */
  dataClass: string
  environment: string
  /** The region of the step, or the only one there is; empty where there are several. */
  region: string
  regions: readonly string[]
  jurisdictions: readonly string[]
  /** SEV1 … SEV5, or `unknown` where there is no incident. */
  severity: string
  purpose: 'rollback' | 'deployment'
  /** The version that the first service runs and the one it goes to. */
  from: string
  to: string
  drill: boolean
  /** Whole minutes since the incident was opened. */
  minutesOpen: number
}

/** CEL's type of each. */
export const situationTypes = {
  failure: 'string', service: 'string', services: 'list<string>', tier: 'int', dataClass: 'string', environment: 'string', region: 'string', regions: 'list<string>', jurisdictions: 'list<string>',
  severity: 'string', purpose: 'string', from: 'string', to: 'string', drill: 'bool', minutesOpen: 'int',
} as const satisfies Record<keyof PlaybookSituation, string>

const careOf = ['public', 'internal', 'customer', 'regulated']

export interface SituationFacts {
  failure: Failure
  /** As they were asked for; at least one. */
  services: readonly { name: string; tier: number; dataClass: string; jurisdictions: readonly string[] }[]
  environment: string
  drill: boolean
  purpose: 'rollback' | 'deployment'
  /** Null where there is no incident. */
  incident: { severity: string; openedAt: Date } | null
  /** Where something moves, with what runs there and what it goes to. */
  moves: readonly { service: string; region: string; from: string | null; to: string | null }[]
  now: Date
}

/** The situation as a playbook sees it. */
export function situationOf({ failure, services, environment, drill, purpose, incident, moves, now }: SituationFacts): PlaybookSituation {
  const first = services[0]?.name ?? 'unknown'
  const regions = [...new Set(moves.map((move) => move.region))].sort()
  const own = moves.find((move) => move.service === first) ?? moves[0]
  return {
    failure, environment, drill, purpose, regions, service: first,
    services: services.map((service) => service.name),
    tier: Math.min(...services.map((service) => service.tier), 4),
    dataClass: careOf[Math.max(...services.map((service) => careOf.indexOf(service.dataClass)))] ?? 'unknown',
    region: regions.length === 1 ? (regions[0] as string) : '',
    jurisdictions: [...new Set(services.flatMap((service) => service.jurisdictions))].sort(),
    severity: incident?.severity ?? 'unknown',
    from: own?.from ?? 'unknown',
    to: own?.to ?? 'unknown',
    minutesOpen: incident ? Math.max(0, Math.floor((now.getTime() - incident.openedAt.getTime()) / 60_000)) : 0,
  }
}
