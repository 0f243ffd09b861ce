import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { reasonSchema, severitySchema } from '../model.ts'
import { changeIncident } from './change-incident.ts'

export const classifyIncident = command({
  name: 'incident.classify',
  summary: 'Change how severe an incident is, with a reason.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), severity: severitySchema, reason: reasonSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, { severity }, incident) {
    if (incident.status === 'closed') throw new Fault('conflict', 'the incident is closed; its severity stays as it was judged')
    if (incident.severity === severity) return { result: { severity }, events: [] }
    return {
      result: { severity },
      events: [await changeIncident(context, incident, { severity })],
      record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id, payload: { from: incident.severity, to: severity } },
    }
  },
})
