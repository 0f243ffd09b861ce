import { requireStepUp } from '#lib/platform/commands/require-step-up.ts'
import { handle } from '#lib/platform/handle.ts'

export const PUT = handle(requireStepUp)
