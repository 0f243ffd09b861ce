import { isLive } from '../model.ts'
import type { IncidentStatus } from '../view.ts'

export interface BreachFacts {
  environmentId: string
  serviceId: string
  /** The release that runs where the rule broke; null = not known. */
  releaseId: string | null
  lastKnownGoodReleaseId: string | null
  /** Services that this one calls, and those that call it, as their releases say. */
  callsServiceIds: readonly string[]
  calledByServiceIds: readonly string[]
}

export interface JoinableIncident {
  id: string
  environmentId: string
  status: IncidentStatus
  serviceIds: readonly string[]
  releaseId: string | null
  openedAt: Date
}

/**
 * The incident that a breach belongs to: same environment, and the same service or suspect, or a fault that travels along
 * a call: whoever calls a broken service breaks too. The oldest wins, so that a story stays in one place.
 */
export function joinBreach<I extends JoinableIncident>(breach: BreachFacts, incidents: readonly I[]): I | null {
  const fitting = incidents.filter(
    (incident) =>
      isLive(incident.status) &&
      incident.environmentId === breach.environmentId &&
      (incident.serviceIds.includes(breach.serviceId) || (incident.releaseId !== null && incident.releaseId === breach.releaseId) || travelled(breach, incident)),
  )
  return fitting.reduce<I | null>((oldest, incident) => (!oldest || incident.openedAt < oldest.openedAt ? incident : oldest), null)
}

/** Only one of the two may have a suspect: two suspects are two stories. */
function travelled(breach: BreachFacts, incident: JoinableIncident): boolean {
  const own = suspectOf(breach)
  const reaches = (ids: readonly string[]): boolean => ids.some((id) => incident.serviceIds.includes(id))
  if (own === null && incident.releaseId !== null) return reaches(breach.callsServiceIds)
  return own !== null && incident.releaseId === null && reaches(breach.calledByServiceIds)
}

/** The release to suspect: what runs there, unless that is the last known good itself. */
export const suspectOf = ({ releaseId, lastKnownGoodReleaseId }: Pick<BreachFacts, 'releaseId' | 'lastKnownGoodReleaseId'>): string | null => (releaseId !== null && releaseId !== lastKnownGoodReleaseId ? releaseId : null)

const symptoms: Record<string, string> = {
  'error-ratio': 'errors',
  'latency-p95': 'slow answers',
  'latency-p50': 'slow answers',
  'request-rate': 'unusual traffic',
  'no-healthy-instance': 'no healthy instance',
}

/** `checkout 1.5.0: errors in production`. */
export const titleOf = ({ service, version, signal, rule, environment }: { service: string; version: string | null; signal: string | null; rule: string; environment: string }): string =>
  `${service}${version ? ` ${version}` : ''}: ${(signal && symptoms[signal]) || rule} in ${environment}`
