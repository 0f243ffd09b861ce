import type { Context } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { must } from '#lib/platform/must.ts'

export interface CommandedIncident {
  id: string
  projectId: string
  environmentId: string
  serviceIds: string[]
  status: string
}

/** The incident whose seat it is, held so that it is not closed meanwhile. */
export async function loadIncidentOfSeat(tx: Tx, incidentId: string): Promise<{ subject: CommandedIncident; scope: Scope }> {
  const [incident] = await tx.$queryRaw<CommandedIncident[]>`
    select id, project_id as "projectId", environment_id as "environmentId", service_ids as "serviceIds", status from incident where id = ${incidentId}::uuid for share`
  if (!incident) throw new Fault('not_found', 'there is no such incident here')
  return { subject: incident, scope: { projectId: incident.projectId, environmentId: incident.environmentId, serviceIds: incident.serviceIds } }
}

export interface SeatRow {
  id: string
  holderId: string | null
  term: number
  version: number
}

/** The seat of an incident, locked; an empty one with term 0 is made where nobody has sat yet. */
export async function loadSeatForUpdate({ tx, newId }: Context, incident: CommandedIncident): Promise<SeatRow> {
  await tx.$executeRaw`
    insert into seat (id, project_id, scope_kind, scope_id, holder_id, term, taken_at, version) values (${newId()}::uuid, ${incident.projectId}::uuid, 'incident', ${incident.id}::uuid, null, 0, null, 1) on conflict do nothing`
  const [seat] = await tx.$queryRaw<SeatRow[]>`select id, holder_id as "holderId", term, version from seat where scope_kind = 'incident' and scope_id = ${incident.id}::uuid for update`
  return must(seat, 'the seat that was just made')
}
