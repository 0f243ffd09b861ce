import { handle } from '#lib/platform/handle.ts'
import { breakLock } from '#lib/state/commands/break-lock.ts'

export const POST = handle(breakLock)
