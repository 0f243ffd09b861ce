import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { reasonSchema } from '../model.ts'
import { advance } from '../rules/lifecycle.ts'
import { changeIncident } from './change-incident.ts'

export const reopenIncident = command({
  name: 'incident.reopen',
  summary: 'Say that it is not over: back from monitoring or resolved to mitigating, with a reason.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), reason: reasonSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, _input, incident) {
    if (incident.status !== 'monitoring' && incident.status !== 'resolved') throw new Fault('conflict', incident.status === 'closed' ? 'the incident is closed; declare another one' : `the incident is ${incident.status}: it is not over anyway`, { status: incident.status })
    const step = advance(incident.status, 'mitigate')
    if (!step.ok) throw new Fault('conflict', step.because, { status: incident.status })
    return { result: { status: step.status }, events: [await changeIncident(context, incident, { status: step.status })], record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id, payload: { from: incident.status, to: step.status } } }
  },
})
