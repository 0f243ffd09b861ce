import { renewLease } from '#lib/orchestration/ingests/renew-lease.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(renewLease)
