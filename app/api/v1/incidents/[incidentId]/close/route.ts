import { closeIncident } from '#lib/incidents/commands/close-incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(closeIncident)
