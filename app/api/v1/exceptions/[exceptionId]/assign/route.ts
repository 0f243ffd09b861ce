import { assignException } from '#lib/incidents/commands/assign-exception.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(assignException)
