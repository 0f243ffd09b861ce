import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { reasonSchema, severitySchema, titleSchema } from '../model.ts'
import { incidentScope } from '../queries/scope.ts'
import { incidentEvent } from './change-incident.ts'

/** Internal: the one place where an incident begins. Its kind is its environment's, for ever. */
export const openIncident = command({
  name: 'incident.open',
  summary: 'Open an incident.',
  permission: 'incident.declare',
  status: 201,
  input: z.strictObject({
    title: titleSchema,
    severity: severitySchema,
    environmentId: z.uuid(),
    serviceIds: z.array(z.uuid()).min(1, 'name at least one service').max(100),
    releaseId: z.uuid().nullable().describe('The release under suspicion'),
    because: reasonSchema,
  }),

  async load({ tx }, { environmentId, serviceIds }) {
    const environment = await tx.environment.findUnique({ where: { id: environmentId } })
    if (!environment) throw new Fault('not_found', 'there is no such environment here')
    return { subject: environment, scope: await incidentScope(tx, { projectId: environment.projectId, environmentId, serviceIds }) }
  },

  async run({ tx, actor, now, newId }, { title, severity, environmentId, serviceIds, releaseId, because }, { projectId, kind, name }) {
    // Numbers are counted without gaps, so one opener at a time in a project.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`incident numbers of ${projectId}`}, 0))`
    const [counted] = await tx.$queryRaw<{ next: number }[]>`select coalesce(max(number), 0)::int + 1 as next from incident where project_id = ${projectId}::uuid`
    const number = counted?.next ?? 1
    const id = newId()
    await tx.incident.create({ data: { id, projectId, number, kind, title, severity, status: 'open', environmentId, serviceIds: [...new Set(serviceIds)], releaseId, declaredBy: actor.id, openedAt: now } })
    return {
      result: { incidentId: id, number },
      events: [incidentEvent('incident.opened', { id, number, status: 'open', version: 1 })],
      record: { subjectKind: 'incident', subjectId: id, incidentId: id, payload: { number, title, severity, environment: name, because } },
    }
  },
})
