import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadOfferForUpdate, whyOver } from '../load-offer.ts'
import { reasonSchema } from '../model.ts'

export const endOffer = command({
  name: 'seat.end-offer',
  summary: 'Take an offer of command back, or decline it. Whoever offered still commands.',
  permission: 'incident.command',
  input: z.strictObject({ offerId: z.uuid(), reason: reasonSchema }),
  load: ({ tx }, { offerId }) => loadOfferForUpdate(tx, offerId),

  async run({ tx, actor, now }, _input, { offer, incident }) {
    if (actor.id !== offer.fromId && actor.id !== offer.toId) throw new Fault('forbidden', 'only whoever offered it can take it back, and only whom it was offered to can decline')
    const over = whyOver(offer, now)
    if (over) throw new Fault('conflict', over, { status: offer.status })
    const status = actor.id === offer.fromId ? 'withdrawn' : 'declined'
    await tx.seatOffer.update({ where: { id: offer.id }, data: { status, closedAt: now, version: { increment: 1 } } })
    return { result: { status }, events: [{ name: 'seat.offered', subject: offer.id, version: offer.version + 1, incidentId: incident.id, data: { toId: offer.toId, status } }], record: { subjectKind: 'seat offer', subjectId: offer.id, incidentId: incident.id, payload: { status } } }
  },
})
