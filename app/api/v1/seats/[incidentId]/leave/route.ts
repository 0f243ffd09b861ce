import { leaveSeat } from '#lib/governance/commands/leave-seat.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(leaveSeat)
