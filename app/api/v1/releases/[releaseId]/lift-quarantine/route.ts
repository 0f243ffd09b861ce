import { handle } from '#lib/platform/handle.ts'
import { liftQuarantine } from '#lib/releases/commands/lift-quarantine.ts'

export const POST = handle(liftQuarantine)
