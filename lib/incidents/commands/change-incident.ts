import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { IncidentRow } from '../load.ts'
import type { IncidentStatus, Severity } from '../view.ts'

export interface IncidentChange {
  status?: IncidentStatus
  severity?: Severity
  serviceIds?: string[]
  releaseId?: string | null
  title?: string
}

/** Writes a change under the version it was decided on, with the time at which the status was reached, and says so. */
export async function changeIncident({ tx, now }: Context, incident: IncidentRow, change: IncidentChange, data: Record<string, unknown> = {}): Promise<EventDraft> {
  const reached: Partial<Record<IncidentStatus, object>> = {
    // A time kept from an earlier try would say that it is over while it is not.
    mitigating: { mitigatingAt: now, monitoringAt: null, resolvedAt: null },
    monitoring: { monitoringAt: now },
    resolved: { resolvedAt: now },
    closed: { closedAt: now },
  }
  const { count } = await tx.incident.updateMany({
    where: { id: incident.id, version: incident.version },
    data: { ...change, ...(change.status && change.status !== incident.status ? reached[change.status] : {}), version: { increment: 1 } },
  })
  if (count === 0) throw new Fault('conflict', 'somebody changed this incident first; look again')
  return incidentEvent('incident.changed', { ...incident, ...change, version: incident.version + 1 }, data)
}

/** News of an incident as every room to the right expects it. */
export const incidentEvent = (name: 'incident.opened' | 'incident.changed' | 'incident.noted', incident: Pick<IncidentRow, 'id' | 'number' | 'status' | 'version'>, data: Record<string, unknown> = {}): EventDraft => ({
  name,
  subject: incident.id,
  version: incident.version,
  incidentId: incident.id,
  data: { number: incident.number, status: incident.status, ...data },
})
