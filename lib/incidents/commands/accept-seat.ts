import { z } from 'zod'
import { transferSeat } from '#lib/governance/commands/transfer-seat.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadOfferForUpdate, whyOver } from '../load-offer.ts'
import { packetOf } from '../queries/hand-over.ts'
import { notReadBack } from '../rules/hand-over.ts'

export const acceptSeat = command({
  name: 'seat.accept',
  summary: 'Take command that was offered, having read back every key fact as it stands now. What belongs to nobody has to get an owner first.',
  permission: 'incident.command',
  input: z.strictObject({
    offerId: z.uuid(),
    digest: z.string().max(200).describe('The packet that you read: another one is refused, and you read again'),
    readBack: z.array(z.string().max(100)).max(1_000).describe('The key of each fact that you have read back'),
  }),
  load: ({ tx }, { offerId }) => loadOfferForUpdate(tx, offerId),

  async run(context, { digest, readBack }, { offer, incident }) {
    const { tx, actor, now } = context
    if (offer.toId !== actor.id) throw new Fault('forbidden', 'command was offered to somebody else')
    const over = whyOver(offer, now)
    if (over) throw new Fault('conflict', over, { status: offer.status })
    const current = await packetOf(tx, incident, now)
    if (current.packet.unowned.length > 0) throw new Fault('conflict', `not yet: ${current.packet.unowned.join('; ')}; give it an owner first`, { unowned: current.packet.unowned })
    if (current.digest !== digest) throw new Fault('conflict', 'something has changed since you read it; read it again', { digest: current.digest })
    const missing = notReadBack(current.packet, readBack)
    if (missing) throw new Fault('invalid', `readBack: ${missing}`, { fields: [{ field: 'readBack', message: missing }] })
    const { term } = await context.call(transferSeat, { incidentId: incident.id, term: offer.term, fromId: offer.fromId })
    await tx.seatOffer.update({ where: { id: offer.id }, data: { status: 'accepted', closedAt: now, packet: current.packet as object, version: { increment: 1 } } })
    const from = await tx.person.findUnique({ where: { id: offer.fromId }, select: { name: true } })
    return {
      result: { term },
      events: [{ name: 'seat.offered', subject: offer.id, version: offer.version + 1, incidentId: incident.id, data: { toId: offer.toId, status: 'accepted' } }],
      record: { subjectKind: 'seat offer', subjectId: offer.id, incidentId: incident.id, payload: { from: from?.name ?? 'somebody', term, packet: current.packet as unknown as Record<string, unknown> } },
    }
  },
})
