import { submitPlan } from '#lib/orchestration/commands/submit-plan.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(submitPlan)
