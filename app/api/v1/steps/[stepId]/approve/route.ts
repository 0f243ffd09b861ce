import { approveStep } from '#lib/orchestration/commands/confirm-step.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(approveStep)
