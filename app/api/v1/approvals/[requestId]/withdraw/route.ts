import { withdrawApproval } from '#lib/governance/commands/withdraw-approval.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(withdrawApproval)
