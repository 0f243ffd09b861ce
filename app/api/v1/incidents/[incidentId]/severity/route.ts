import { classifyIncident } from '#lib/incidents/commands/classify-incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(classifyIncident)
