import { incidentView } from '#lib/incidents/queries/incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(incidentView)
