import { reopenIncident } from '#lib/incidents/commands/reopen-incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(reopenIncident)
