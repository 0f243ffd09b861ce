import { confirmFactor } from '#lib/platform/commands/confirm-factor.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(confirmFactor)
