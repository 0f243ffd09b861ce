import { acceptSeat } from '#lib/incidents/commands/accept-seat.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(acceptSeat)
