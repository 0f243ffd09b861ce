import { approveUpdate } from '#lib/communications/commands/approve-update.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(approveUpdate)
