import { z } from 'zod'
import { attachBreach } from '#lib/triggers/commands/attach-breach.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { IncidentRow } from '../load.ts'
import { holdEnvironment, loadIncidentForUpdate } from '../load.ts'
import { isLive, liveStatuses } from '../model.ts'
import { joinBreach, suspectOf, titleOf } from '../rules/join-breach.ts'
import { advance } from '../rules/lifecycle.ts'
import type { Severity } from '../view.ts'
import { changeIncident } from './change-incident.ts'
import { openIncident } from './open-incident.ts'

interface BreachRow {
  id: string
  projectId: string
  environmentId: string
  environment: string
  serviceId: string
  teamId: string
  service: string
  region: string
  rule: string
  severity: Severity
  releaseId: string | null
  version: string | null
  lastKnownGoodReleaseId: string | null
  callsServiceIds: string[]
  calledByServiceIds: string[]
  evidence: { signal?: string; sentence?: string }
}

/** A breach becomes part of the incident that tells the same story, or begins one. However many come at once, they end in one incident. */
export const openIncidentForBreach = command({
  name: 'incident.open-for-breach',
  summary: 'Join a breach to its incident, or open one.',
  permission: 'incident.declare',
  input: z.strictObject({ breachId: z.uuid() }),

  async load({ tx }, { breachId }) {
    const [breach] = await tx.$queryRaw<BreachRow[]>`
      with call_edge as (
        select distinct caller.service_id as from_service, provider.service_id as to_service
        from release caller cross join lateral jsonb_array_elements(caller.declares->'calls') as c
          join release provider on provider.project_id = caller.project_id and provider.service_id <> caller.service_id
          cross join lateral jsonb_array_elements(provider.declares->'offers') as o
        where caller.project_id = (select project_id from breach where id = ${breachId}::uuid) and c->>'contract' = o->>'contract'
      )
      select b.id, b.project_id as "projectId", e.id as "environmentId", e.name as environment, s.id as "serviceId", s.team_id as "teamId", s.name as service, r.name as region, b.rule, b.severity,
        b.release_id as "releaseId", rl.version, t.last_known_good_release_id as "lastKnownGoodReleaseId", b.evidence,
        array(select other.to_service from call_edge other where other.from_service = s.id) as "callsServiceIds",
        array(select other.from_service from call_edge other where other.to_service = s.id) as "calledByServiceIds"
      from breach b join target t on t.id = b.target_id join environment e on e.id = t.environment_id join service s on s.id = t.service_id join region r on r.id = t.region_id
        left join release rl on rl.id = b.release_id
      where b.id = ${breachId}::uuid`
    if (!breach) throw new Fault('not_found', 'there is no such breach here')
    return { subject: breach, scope: { projectId: breach.projectId, environmentId: breach.environmentId, serviceIds: [breach.serviceId], teamIds: [breach.teamId] } }
  },

  async run(context, { breachId }, breach) {
    const { tx } = context
    await holdEnvironment(tx, breach.projectId, breach.environmentId)
    const [attached] = await tx.$queryRaw<{ incident_id: string | null }[]>`select incident_id from breach where id = ${breachId}::uuid`
    if (attached?.incident_id) return { result: { incidentId: attached.incident_id, opened: false }, events: [] }

    const candidates = await tx.incident.findMany({ where: { projectId: breach.projectId, environmentId: breach.environmentId, status: { in: [...liveStatuses] } } })
    const found = joinBreach(breach, candidates.map((incident) => ({ ...incident, status: incident.status as IncidentRow['status'] })))
    const sentence = `${breach.service} in ${breach.region}: ${breach.evidence.sentence ?? `rule ${breach.rule} broke`}`
    const suspect = suspectOf(breach)
    const title = titleOf({ service: breach.service, version: breach.version, signal: breach.evidence.signal ?? null, rule: breach.rule, environment: breach.environment })
    const said = { sentence, service: breach.service, region: breach.region, rule: breach.rule }

    // Somebody may have called it over since we looked: then this is a story of its own.
    const incident = found ? (await loadIncidentForUpdate(tx, found.id)).subject : null
    if (!incident || !isLive(incident.status)) {
      const { incidentId } = await context.call(openIncident, {
        title,
        severity: breach.severity,
        environmentId: breach.environmentId,
        serviceIds: [breach.serviceId],
        releaseId: suspect,
        because: sentence.slice(0, 500),
      })
      await context.call(attachBreach, { breachId, incidentId })
      return { result: { incidentId, opened: true }, events: [], record: { subjectKind: 'incident', subjectId: incidentId, incidentId, payload: said } }
    }

    const event = await joined(context, incident, breach, suspect, title)
    await context.call(attachBreach, { breachId, incidentId: incident.id })
    return { result: { incidentId: incident.id, opened: false }, events: [event], record: { subjectKind: 'incident', subjectId: incident.id, incidentId: incident.id, payload: { ...said, backTo: event.data?.['status'] !== incident.status ? event.data?.['status'] : null } } }
  },
})

/** What a further breach does to its incident: one more service, the first suspect, and back to work where it seemed well. */
async function joined(context: Context, incident: IncidentRow, breach: BreachRow, suspect: string | null, title: string): Promise<EventDraft> {
  const regression = incident.status === 'monitoring' ? advance(incident.status, 'mitigate') : null
  return changeIncident(
    context,
    incident,
    {
      ...(incident.serviceIds.includes(breach.serviceId) ? {} : { serviceIds: [...incident.serviceIds, breach.serviceId] }),
      // What was only a symptom so far is named after its cause.
      ...(incident.releaseId === null && suspect ? { releaseId: suspect, title } : {}),
      ...(regression?.ok ? { status: regression.status } : {}),
    },
    { breachId: breach.id },
  )
}
