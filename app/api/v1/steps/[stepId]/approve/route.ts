import { approveStep } from '#lib/orchestration/commands/steer-step.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(approveStep)
