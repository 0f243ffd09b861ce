import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { reasonSchema } from '../model.ts'
import { advance } from '../rules/lifecycle.ts'
import { changeIncident } from './change-incident.ts'

export const closeIncident = command({
  name: 'incident.close',
  summary: 'Close a resolved incident: nothing is left to do.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), reason: reasonSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, _input, incident) {
    const step = advance(incident.status, 'close')
    if (!step.ok) throw new Fault('conflict', step.because, { status: incident.status })
    return { result: { status: step.status }, events: [await changeIncident(context, incident, { status: step.status })], record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id } }
  },
})
