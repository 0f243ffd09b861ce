import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import type { IncidentRow } from './load.ts'
import { loadIncidentForUpdate } from './load.ts'

export interface OfferRow {
  id: string
  incidentId: string
  term: number
  fromId: string
  toId: string
  status: 'offered' | 'accepted' | 'declined' | 'withdrawn' | 'expired'
  expiresAt: Date
  version: number
}

/** An offer with its incident, which is locked until the transaction ends: one thing at a time happens to it. */
export async function loadOfferForUpdate(tx: Tx, offerId: string): Promise<{ subject: { offer: OfferRow; incident: IncidentRow }; scope: Scope }> {
  const found = await tx.seatOffer.findUnique({ where: { id: offerId }, select: { incidentId: true } })
  if (!found) throw new Fault('not_found', 'there is no such offer here')
  const { subject: incident, scope } = await loadIncidentForUpdate(tx, found.incidentId)
  const offer = (await tx.seatOffer.findUniqueOrThrow({ where: { id: offerId } })) as OfferRow
  return { subject: { offer, incident }, scope }
}

/** Null where the offer can still be answered, else why not. */
export function whyOver(offer: OfferRow, now: Date): string | null {
  if (offer.status !== 'offered') return `this offer was ${offer.status}; nothing can be changed about it`
  return offer.expiresAt <= now ? 'this offer has expired; it must be made again' : null
}
