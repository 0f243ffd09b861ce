import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentOfSeat, loadSeatForUpdate } from '../load-seat.ts'

export const takeSeat = command({
  name: 'seat.take',
  summary: 'Take command of an incident. Whoever saw an older term is too late.',
  permission: 'incident.command',
  input: z.strictObject({
    incidentId: z.uuid(),
    term: z.number().int().min(0).describe('The term you saw; 0 where nobody has commanded it yet'),
    reason: z.string().trim().min(3, 'say why, in a few words').max(500).optional().describe('Needed where somebody else holds the seat'),
  }),
  load: ({ tx }, { incidentId }) => loadIncidentOfSeat(tx, incidentId),

  async run(context, { incidentId, term, reason }, incident) {
    const { tx, actor, now } = context
    const me = personId(actor)
    if (!me) throw new Fault('forbidden', 'only people command')
    if (incident.status === 'closed') throw new Fault('conflict', 'this incident is closed; nobody commands it any more')
    const seat = await loadSeatForUpdate(context, incident)
    if (seat.term !== term) throw new Fault('conflict', `${await nameOf(tx, seat.holderId)}; look again before you take the seat`, { term: seat.term, holderId: seat.holderId })
    if (seat.holderId === me) return { result: { term }, events: [] }
    if (seat.holderId && !reason) throw new Fault('invalid', 'reason: say why you take over', { fields: [{ field: 'reason', message: `${await nameOf(tx, seat.holderId)}; say why you take over` }] })
    const { count } = await tx.seat.updateMany({ where: { id: seat.id, term }, data: { holderId: me, term: term + 1, takenAt: now, version: { increment: 1 } } })
    if (count === 0) throw new Fault('conflict', 'somebody was faster; look again before you take the seat')
    return {
      result: { term: term + 1 },
      events: [{ name: 'seat.changed', subject: incidentId, version: seat.version + 1, incidentId, data: { holderId: me, term: term + 1 } }],
      record: { subjectKind: 'seat', subjectId: incidentId, incidentId, payload: { before: seat.holderId, term: term + 1 } },
    }
  },
})

async function nameOf(tx: Tx, holderId: string | null): Promise<string> {
  if (!holderId) return 'the seat was left'
  const person = await tx.person.findUnique({ where: { id: holderId }, select: { name: true } })
  return `${person?.name ?? 'somebody'} commands this incident now`
}
