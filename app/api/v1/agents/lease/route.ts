import { lease } from '#lib/orchestration/ingests/lease.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(lease)
