import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentOfSeat, loadSeatForUpdate } from '../load-seat.ts'

export const transferSeat = command({
  name: 'seat.transfer',
  summary: 'Sit down where somebody offered it: the term goes up by one, and what was begun under the older one can no longer be steered under it.',
  permission: 'incident.command',
  input: z.strictObject({ incidentId: z.uuid(), term: z.number().int().min(1), fromId: z.uuid() }),
  load: ({ tx }, { incidentId }) => loadIncidentOfSeat(tx, incidentId),

  async run(context, { incidentId, term, fromId }, incident) {
    const { tx, actor, now } = context
    const me = personId(actor)
    if (!me) throw new Fault('forbidden', 'only people command')
    if (incident.status === 'closed') throw new Fault('conflict', 'this incident is closed; nobody commands it any more')
    const seat = await loadSeatForUpdate(context, incident)
    if (seat.term !== term || seat.holderId !== fromId) throw new Fault('conflict', 'somebody else has taken the seat since it was offered', { term: seat.term, holderId: seat.holderId })
    const { count } = await tx.seat.updateMany({ where: { id: seat.id, term }, data: { holderId: me, term: term + 1, takenAt: now, version: { increment: 1 } } })
    if (count === 0) throw new Fault('conflict', 'somebody was faster; look again before you take the seat')
    return {
      result: { term: term + 1 },
      events: [{ name: 'seat.changed', subject: incidentId, version: seat.version + 1, incidentId, data: { holderId: me, term: term + 1 } }],
      record: { subjectKind: 'seat', subjectId: incidentId, incidentId, payload: { before: fromId, term: term + 1 } },
    }
  },
})
