import { enrolAgent } from '#lib/orchestration/commands/enrol-agent.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(enrolAgent)
