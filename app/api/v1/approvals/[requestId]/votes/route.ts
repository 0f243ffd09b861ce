import { voteOnPlan } from '#lib/governance/commands/vote.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(voteOnPlan)
