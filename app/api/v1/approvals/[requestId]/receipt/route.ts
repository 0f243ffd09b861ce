import { approvalReceipt } from '#lib/governance/queries/approval-receipt.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(approvalReceipt)
