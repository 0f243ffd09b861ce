import { completeStep } from '#lib/orchestration/commands/complete-step.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(completeStep)
