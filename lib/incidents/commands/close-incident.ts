import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { reasonSchema } from '../model.ts'
import { presentExceptions } from '../queries/exceptions.ts'
import { closable, unownedAmong } from '../rules/closable.ts'
import { changeIncident } from './change-incident.ts'

export const closeIncident = command({
  name: 'incident.close',
  summary: 'Close a resolved incident: nothing is left to do.',
  permission: 'incident.change',
  input: z.strictObject({ incidentId: z.uuid(), reason: reasonSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  async run(context, _input, incident) {
    const answer = closable({ status: incident.status, unowned: unownedAmong(await presentExceptions(context.tx, { incidentId: incident.id })) })
    if (!answer.ok) throw new Fault('conflict', answer.because, { status: incident.status })
    return { result: { status: 'closed' as const }, events: [await changeIncident(context, incident, { status: 'closed' })], record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id } }
  },
})
