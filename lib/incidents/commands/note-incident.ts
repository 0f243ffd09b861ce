import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadIncidentForUpdate } from '../load.ts'
import { noteSchema } from '../model.ts'
import { incidentEvent } from './change-incident.ts'

export const noteIncident = command({
  name: 'incident.note',
  summary: 'Write a line into the timeline.',
  permission: 'incident.note',
  status: 201,
  input: z.strictObject({ incidentId: z.uuid(), text: noteSchema }),
  load: ({ tx }, { incidentId }) => loadIncidentForUpdate(tx, incidentId),

  // A note changes nothing that anyone decides on, so it takes no version of its own.
  run: async (_context, _input, incident) => ({ result: { noted: true }, events: [incidentEvent('incident.noted', incident)], record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id } }),
})
