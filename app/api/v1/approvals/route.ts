import { approvalList } from '#lib/governance/queries/approvals.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(approvalList)
