import { endAllSessions } from '#lib/platform/commands/end-sessions.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(endAllSessions)
