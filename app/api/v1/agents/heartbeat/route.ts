import { acceptHeartbeat } from '#lib/orchestration/ingests/heartbeat.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(acceptHeartbeat)
