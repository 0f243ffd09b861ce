import { takeSeat } from '#lib/governance/commands/take-seat.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(takeSeat)
