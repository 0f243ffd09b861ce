import { appendLog } from '#lib/orchestration/ingests/append-log.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(appendLog)
