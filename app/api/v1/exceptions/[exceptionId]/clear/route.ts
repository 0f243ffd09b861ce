import { clearException } from '#lib/incidents/commands/clear-exception.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(clearException)
