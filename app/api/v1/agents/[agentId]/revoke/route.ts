import { revokeAgent } from '#lib/orchestration/commands/revoke-agent.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(revokeAgent)
