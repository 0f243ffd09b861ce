import { startRun } from '#lib/orchestration/commands/start-run.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(startRun)
