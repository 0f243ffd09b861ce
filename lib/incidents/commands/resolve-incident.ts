import { z } from 'zod'
import { seatOf } from '#lib/governance/queries/authority.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { reasonSchema } from '../model.ts'
import { resolveFacts } from '../queries/resolve-facts.ts'
import { advance } from '../rules/lifecycle.ts'
import { resolvable } from '../rules/resolvable.ts'
import { changeIncident } from './change-incident.ts'

export const resolveIncident = command({
  name: 'incident.resolve',
  summary: 'Call an incident over: after a passed validation, or, where nothing was rolled back or measurable, as the commander with a reason.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), reason: reasonSchema.optional() }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, { reason }, incident) {
    const { tx, actor } = context
    const answer = resolvable(await resolveFacts(tx, incident))
    if (!answer.ok) throw new Fault('conflict', `not yet: ${answer.because}`, { status: incident.status })
    if (answer.by === 'word') {
      const seat = await seatOf(tx, incident.id)
      if (seat.holderId !== actor.id) throw new Fault('forbidden', `${answer.because}; ${seat.holderId ? 'somebody else commands this incident' : 'nobody commands it: take the seat first'}`)
      if (!reason) throw new Fault('invalid', 'reason: say why it is over although nothing proves it', { fields: [{ field: 'reason', message: 'say why it is over although nothing proves it' }] })
    }
    const step = advance(incident.status, answer.by === 'word' ? 'settle' : 'resolve')
    if (!step.ok) throw new Fault('conflict', step.because, { status: incident.status })
    return {
      result: { status: step.status },
      events: [await changeIncident(context, incident, { status: step.status })],
      record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id, payload: { by: answer.by, because: answer.because } },
    }
  },
})
