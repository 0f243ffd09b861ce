import { endOffer } from '#lib/incidents/commands/end-offer.ts'
import { handle } from '#lib/platform/handle.ts'

export const POST = handle(endOffer)
