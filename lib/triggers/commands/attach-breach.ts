import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

interface BreachRow {
  id: string
  project_id: string
  incident_id: string | null
  rule: string
  sentence: string | null
  environment_id: string
  service_id: string
  service: string
  region: string
}

export const attachBreach = command({
  name: 'breach.attach',
  summary: 'Say which incident a breach belongs to. Once said, it stays.',
  permission: 'incident.change',
  input: z.strictObject({ breachId: z.uuid(), incidentId: z.uuid() }),

  async load({ tx }, { breachId, incidentId }) {
    const [breach] = await tx.$queryRaw<BreachRow[]>`
      select b.id, b.project_id, b.incident_id, b.rule, b.evidence->>'sentence' as sentence, t.environment_id, t.service_id, s.name as service, r.name as region
      from breach b join target t on t.id = b.target_id join service s on s.id = t.service_id join region r on r.id = t.region_id where b.id = ${breachId}::uuid for update of b`
    if (!breach) throw new Fault('not_found', 'there is no such breach here')
    if (!(await tx.incident.findFirst({ where: { id: incidentId, projectId: breach.project_id }, select: { id: true } }))) throw new Fault('not_found', 'incidentId: there is no such incident here')
    return { subject: breach, scope: { projectId: breach.project_id, environmentId: breach.environment_id, serviceIds: [breach.service_id] } }
  },

  async run({ tx }, { breachId, incidentId }, breach) {
    const result = { breachId, incidentId }
    if (breach.incident_id === incidentId) return { result, events: [] }
    const { count } = await tx.breach.updateMany({ where: { id: breachId, incidentId: null }, data: { incidentId } })
    if (count === 0) throw new Fault('conflict', 'this breach belongs to another incident', { incidentId: breach.incident_id })
    // The incident's own event is the news; this is for its timeline.
    return { result, events: [], record: { subjectKind: 'breach', subjectId: breachId, incidentId, payload: { rule: breach.rule, service: breach.service, region: breach.region, sentence: breach.sentence } } }
  },
})
