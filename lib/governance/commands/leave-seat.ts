import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentOfSeat, loadSeatForUpdate } from '../load-seat.ts'

export const leaveSeat = command({
  name: 'seat.leave',
  summary: 'Give up command. What was authorised under your term can no longer be steered under it.',
  permission: 'incident.command',
  input: z.strictObject({ incidentId: z.uuid() }),
  load: ({ tx }, { incidentId }) => loadIncidentOfSeat(tx, incidentId),

  async run(context, { incidentId }, incident) {
    const { tx, actor } = context
    if (incident.status === 'closed') throw new Fault('conflict', 'this incident is closed; nobody commands it any more')
    const seat = await loadSeatForUpdate(context, incident)
    if (seat.holderId !== actor.id) throw new Fault('conflict', 'you do not hold this seat', { term: seat.term, holderId: seat.holderId })
    const term = seat.term + 1
    const { count } = await tx.seat.updateMany({ where: { id: seat.id, term: seat.term }, data: { holderId: null, term, takenAt: null, version: { increment: 1 } } })
    if (count === 0) throw new Fault('conflict', 'somebody changed the seat first')
    return {
      result: { term },
      events: [{ name: 'seat.changed', subject: incidentId, version: seat.version + 1, incidentId, data: { holderId: null, term } }],
      record: { subjectKind: 'seat', subjectId: incidentId, incidentId, payload: { term } },
    }
  },
})
