import { compensateRun } from '#lib/orchestration/commands/steer-run.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(compensateRun)
