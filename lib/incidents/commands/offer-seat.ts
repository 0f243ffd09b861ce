import { z } from 'zod'
import { seatOf } from '#lib/governance/queries/authority.ts'
import { holdsRole } from '#lib/governance/rules/eligible.ts'
import { grantOf } from '#lib/governance/rules/grant-of.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { offerMinutes } from '../model.ts'
import { packetOf } from '../queries/hand-over.ts'
import { incidentScope } from '../queries/scope.ts'

export const offerSeat = command({
  name: 'seat.offer',
  summary: 'Offer command to somebody. You command until they have read back what you hand over.',
  permission: 'incident.command',
  status: 201,
  input: z.strictObject({ incidentId: z.uuid(), term: z.number().int().min(1).describe('Your term'), toId: z.uuid().describe('Who shall command'), note: z.string().trim().max(2_000).default('').describe('What no system knows: what you were about to do, whom you trust') }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run({ tx, actor, now, newId }, { term, toId, note }, incident) {
    if (incident.status === 'closed') throw new Fault('conflict', 'this incident is closed; nobody commands it any more')
    const seat = await seatOf(tx, incident.id)
    if (seat.holderId !== actor.id || seat.term !== term) throw new Fault('conflict', 'you do not command this incident under this term', { term: seat.term, holderId: seat.holderId })
    if (toId === actor.id) throw new Fault('invalid', 'toId: you command it already', { fields: [{ field: 'toId', message: 'you command it already' }] })
    const to = await tx.person.findFirst({ where: { id: toId, disabledAt: null }, include: { grants: true } })
    if (!to || !holdsRole(to.grants.map(grantOf), ['commander'], 'incident.command', await incidentScope(tx, incident))) throw new Fault('invalid', 'toId: they may not command this incident', { fields: [{ field: 'toId', message: 'they may not command this incident' }] })
    const { packet } = await packetOf(tx, incident, now)
    // What nobody answered in time, or under an older term, makes room; what still stands does not.
    await tx.seatOffer.updateMany({ where: { incidentId: incident.id, status: 'offered', OR: [{ expiresAt: { lte: now } }, { term: { not: term } }] }, data: { status: 'expired', closedAt: now, version: { increment: 1 } } })
    const id = newId()
    const made = await tx.seatOffer.createMany({
      skipDuplicates: true,
      data: [{ id, projectId: incident.projectId, incidentId: incident.id, term, fromId: actor.id, toId, note, packet: packet as object, status: 'offered', offeredAt: now, expiresAt: new Date(now.getTime() + offerMinutes * 60_000) }],
    })
    if (made.count === 0) throw new Fault('conflict', 'you have offered it already; take that back first')
    return { result: { offerId: id }, events: [{ name: 'seat.offered', subject: id, version: 1, incidentId: incident.id, data: { toId, status: 'offered' } }], record: { subjectKind: 'seat offer', subjectId: id, incidentId: incident.id, payload: { to: to.name, unowned: packet.unowned } } }
  },
})
