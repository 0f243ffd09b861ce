import { resetFactors } from '#lib/platform/commands/reset-factors.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(resetFactors)
