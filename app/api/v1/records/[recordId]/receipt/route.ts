import { recordReceipt } from '#lib/governance/queries/record-proofs.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(recordReceipt)
