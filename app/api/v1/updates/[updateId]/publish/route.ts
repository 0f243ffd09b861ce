import { publishUpdate } from '#lib/communications/commands/publish-update.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(publishUpdate)
