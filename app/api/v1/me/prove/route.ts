import { proveFactor } from '#lib/platform/commands/prove-factor.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(proveFactor)
