import { agentList } from '#lib/orchestration/queries/agents.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(agentList)
