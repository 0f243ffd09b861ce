import { noteIncident } from '#lib/incidents/commands/note-incident.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(noteIncident)
