import { recordList } from '#lib/governance/queries/records.ts'
import { handle } from '#lib/platform/handle.ts'

export const GET = handle(recordList)
