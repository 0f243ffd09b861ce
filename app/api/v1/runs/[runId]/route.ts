import { runView } from '#lib/orchestration/queries/run.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(runView)
