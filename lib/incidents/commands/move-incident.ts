import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { noteSchema } from '../model.ts'
import { advance } from '../rules/lifecycle.ts'
import { changeIncident } from './change-incident.ts'

/** Internal: what happened elsewhere moves the incident. Being there already changes nothing. */
export const moveIncident = command({
  name: 'incident.advance',
  summary: 'Move an incident because of what happened.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), move: z.enum(['mitigate', 'prove']), because: noteSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, { move, because }, incident) {
    if (incident.status === (move === 'mitigate' ? 'mitigating' : 'monitoring')) return { result: { status: incident.status }, events: [] }
    const step = advance(incident.status, move)
    if (!step.ok) throw new Fault('conflict', step.because)
    return {
      result: { status: step.status },
      events: [await changeIncident(context, incident, { status: step.status })],
      record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id, payload: { from: incident.status, to: step.status, because } },
    }
  },
})
