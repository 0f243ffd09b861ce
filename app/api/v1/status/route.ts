import { statusView } from '#lib/communications/queries/status.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(statusView)
