import { removeFactor } from '#lib/platform/commands/remove-factor.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(removeFactor)
