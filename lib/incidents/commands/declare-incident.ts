import { z } from 'zod'
import { attachBreach } from '#lib/triggers/commands/attach-breach.ts'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { holdEnvironment } from '../load.ts'
import { severitySchema, titleSchema } from '../model.ts'
import { incidentScope } from '../queries/scope.ts'
import { openIncident } from './open-incident.ts'

const name = z.string().trim().min(1).max(60)

export const declareIncident = command({
  name: 'incident.declare',
  summary: 'Declare an incident. Breaches of these services that nobody looks after yet become part of it.',
  permission: 'incident.declare',
  status: 201,
  input: z.strictObject({
    title: titleSchema,
    severity: severitySchema,
    environment: name,
    services: z.array(name).min(1, 'name at least one service').max(100),
    releaseVersion: z.string().trim().min(1).max(100).optional().describe('The release you suspect; its service must be among those named'),
  }),

  async load({ tx, actor }, { environment, services, releaseVersion }) {
    const projectId = await projectOf(tx, actor)
    const found = await tx.environment.findUnique({ where: { projectId_name: { projectId, name: environment } } })
    if (!found) throw new Fault('not_found', `environment: there is no environment ${environment}`)
    const rows = await tx.service.findMany({ where: { projectId, name: { in: services } } })
    const missing = services.filter((service) => !rows.some((row) => row.name === service))
    if (missing.length > 0) throw new Fault('not_found', `services: there is no service ${missing.join(' or ')}`)
    const serviceIds = rows.map((row) => row.id)
    const releaseId = releaseVersion ? await suspectRelease(tx, serviceIds, releaseVersion) : null
    return { subject: { projectId, environmentId: found.id, serviceIds, releaseId }, scope: await incidentScope(tx, { projectId, environmentId: found.id, serviceIds }) }
  },

  async run(context, { title, severity }, { projectId, environmentId, serviceIds, releaseId }) {
    const { tx, actor } = context
    await holdEnvironment(tx, projectId, environmentId)
    const { incidentId, number } = await context.call(openIncident, { title, severity, environmentId, serviceIds, releaseId, because: `declared by ${actor.name}` })
    const waiting = await tx.$queryRaw<{ id: string }[]>`
      select b.id from breach b join target t on t.id = b.target_id
      where b.closed_at is null and b.incident_id is null and b.action <> 'suppress' and t.environment_id = ${environmentId}::uuid and t.service_id = any(${serviceIds}::uuid[]) order by b.opened_at`
    for (const breach of waiting) await context.call(attachBreach, { breachId: breach.id, incidentId })
    return { result: { incidentId, number }, events: [], record: { subjectKind: 'incident', subjectId: incidentId, incidentId, payload: { number, breaches: waiting.length } } }
  },
})

async function suspectRelease(tx: Tx, serviceIds: readonly string[], version: string): Promise<string> {
  const releases = await tx.release.findMany({ where: { serviceId: { in: [...serviceIds] }, version }, select: { id: true } })
  const refuse = (message: string): Fault => new Fault('invalid', `releaseVersion: ${message}`, { fields: [{ field: 'releaseVersion', message }] })
  if (releases.length > 1) throw refuse(`several of these services have a release ${version}; name only the one you suspect`)
  if (!releases[0]) throw refuse(`none of these services has a release ${version}`)
  return releases[0].id
}
