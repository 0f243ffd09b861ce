import { planView } from '#lib/orchestration/queries/plan.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(planView)
