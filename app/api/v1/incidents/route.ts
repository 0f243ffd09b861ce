import { declareIncident } from '#lib/incidents/commands/declare-incident.ts'
import { incidentList } from '#lib/incidents/queries/incidents.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(incidentList)
export const POST = handle(declareIncident)
