import { offerSeat } from '#lib/incidents/commands/offer-seat.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(offerSeat)
