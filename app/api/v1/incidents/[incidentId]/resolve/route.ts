import { resolveIncident } from '#lib/incidents/commands/resolve-incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(resolveIncident)
