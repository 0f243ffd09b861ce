import { withdrawUpdate } from '#lib/communications/commands/withdraw-update.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(withdrawUpdate)
