import { proposePlan } from '#lib/orchestration/commands/propose-plan.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(proposePlan)
