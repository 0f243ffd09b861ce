import { setOnCall } from '#lib/incidents/commands/set-on-call.ts'
import { handle } from '#lib/platform/handle.ts'

export const PUT = handle(setOnCall)
