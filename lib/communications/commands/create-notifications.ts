import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

/** Internal: tells people once. The same news at the same address reaches a person one time, however often it is sent. */
export const createNotifications = command({
  name: 'notification.create',
  summary: 'Tell people that something needs them.',
  permission: 'incident.change',
  input: z.strictObject({
    projectId: z.uuid(),
    incidentId: z.uuid().nullable(),
    kind: z.enum(['real', 'drill']),
    personIds: z.array(z.uuid()).max(1_000),
    topic: z.enum(['incident-opened', 'decision-wanted', 'rule-fired', 'rto-at-risk']),
    title: z.string().min(1).max(300),
    url: z.string().startsWith('/').max(300),
  }),

  async load({ tx }, { projectId }) {
    const project = await tx.project.findUnique({ where: { id: projectId }, select: { id: true } })
    if (!project) throw new Fault('not_found', 'there is no such project')
    return { subject: project, scope: { projectId } }
  },

  async run({ tx, now, newId }, { projectId, incidentId, kind, personIds, topic, title, url }) {
    const rows = [...new Set(personIds)].map((personId) => ({ id: newId(), person_id: personId }))
    const told = await tx.$queryRaw<{ id: string; person_id: string; name: string }[]>`
      with added as (
        insert into notification (id, project_id, person_id, kind, incident_id, topic, title, url, created_at)
        select r.id, ${projectId}::uuid, r.person_id, ${kind}, ${incidentId}::uuid, ${topic}, ${title}, ${url}, ${now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, person_id uuid) join person p on p.id = r.person_id and p.disabled_at is null
        on conflict (person_id, topic, url) do nothing returning id, person_id
      ) select a.id, a.person_id, p.name from added a join person p on p.id = a.person_id order by p.name`
    // Everybody had been told before: nothing to say again. Nobody to tell at all is worth a line.
    const silent = told.length === 0 && rows.length > 0
    return {
      result: { told: told.length },
      events: told.map((one) => ({ name: 'notification.created' as const, subject: one.id, version: 1, incidentId, data: { personId: one.person_id } })),
      ...(silent ? {} : { record: { subjectKind: 'notification', subjectId: told[0]?.id ?? projectId, incidentId, payload: { people: told.map((one) => one.name), title } } }),
    }
  },
})
