import { whoMayVote } from '#lib/governance/queries/who-may-vote.ts'
import type { IncidentStatus, Severity } from '#lib/incidents/view.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { createNotifications } from './commands/create-notifications.ts'
import { draftUpdate } from './commands/draft-update.ts'
import { draftText, nextWordAt } from './rules/public-words.ts'
import type { Phase } from './view.ts'

/** The public hears of these turns of an incident, if it has heard of the incident at all. */
const phaseOf: Partial<Record<IncidentStatus, Phase>> = { monitoring: 'monitoring', resolved: 'resolved' }

export const reactions = [
  reaction({
    name: 'communications: call the people on call',
    on: ['incident.opened', 'incident.changed'],
    async react(event, { actor, options }) {
      // A further breach may bring in another team's service.
      if (event.name === 'incident.changed' && typeof event.data['breachId'] !== 'string') return
      const incident = await db().incident.findUnique({ where: { id: event.subject } })
      if (!incident) return
      const people = await db().$queryRaw<{ person_id: string }[]>`
        select distinct o.person_id from on_call o join service s on s.team_id = o.team_id where s.id = any(${incident.serviceIds}::uuid[])`
      await execute(
        createNotifications,
        actor,
        {
          projectId: incident.projectId,
          incidentId: incident.id,
          kind: incident.kind as 'real' | 'drill',
          personIds: people.map((one) => one.person_id),
          topic: 'incident-opened',
          title: `${incident.kind === 'drill' ? 'Drill: ' : ''}INC-${incident.number} ${incident.severity}: ${incident.title}`.slice(0, 300),
          url: `/incidents/${incident.number}`,
        },
        options,
      )
    },
  }),
  reaction({
    name: 'communications: tell the people on call what a rule saw',
    on: 'trigger.fired',
    async react(event, { actor, options }) {
      // Whatever opens an incident is told with the incident.
      if (event.data['action'] !== 'notify') return
      const [breach] = await db().$queryRaw<{ service: string; region: string; kind: 'real' | 'drill'; rule: string; sentence: string | null }[]>`
        select s.name as service, r.name as region, t.kind, b.rule, b.evidence->>'sentence' as sentence
        from breach b join target t on t.id = b.target_id join service s on s.id = t.service_id join region r on r.id = t.region_id where b.id = ${event.subject}::uuid`
      if (!breach) return
      const people = await db().$queryRaw<{ person_id: string }[]>`
        select distinct o.person_id from on_call o join service s on s.team_id = o.team_id where s.id = ${String(event.data['serviceId'])}::uuid`
      await execute(
        createNotifications,
        actor,
        {
          projectId: event.projectId,
          incidentId: null,
          kind: breach.kind,
          personIds: people.map((one) => one.person_id),
          topic: 'rule-fired',
          title: `${breach.service} in ${breach.region}: ${breach.sentence ?? `rule ${breach.rule} broke`}`.slice(0, 300),
          url: `/criteria#${event.subject}`,
        },
        options,
      )
    },
  }),
  reaction({
    name: 'communications: tell the people on call that a rollback may take too long',
    on: 'run.forecast-alarm',
    async react(event, { actor, options }) {
      const incident = event.incidentId ? await db().incident.findUnique({ where: { id: event.incidentId } }) : null
      if (!incident) return
      // Whoever commands is watching it already, and is told all the same.
      const people = await db().$queryRaw<{ person_id: string }[]>`
        select o.person_id from on_call o join service s on s.team_id = o.team_id where s.id = any(${incident.serviceIds}::uuid[])
        union select holder_id from seat where scope_kind = 'incident' and scope_id = ${incident.id}::uuid and holder_id is not null`
      await execute(
        createNotifications,
        actor,
        {
          projectId: incident.projectId,
          incidentId: incident.id,
          kind: incident.kind as 'real' | 'drill',
          personIds: people.map((one) => one.person_id),
          topic: 'rto-at-risk',
          title: `${incident.kind === 'drill' ? 'Drill: ' : ''}INC-${incident.number}: ${String(event.data['sentence'])}`.slice(0, 300),
          // The part behind the mark makes one call a region; the page is the same.
          url: `/runs/${event.subject}#${String(event.data['region'])}`,
        },
        options,
      )
    },
  }),
  reaction({
    name: 'communications: ask those who may vote',
    on: 'approval.requested',
    async react(event, { actor, options }) {
      const request = await db().approvalRequest.findUnique({ where: { id: event.subject } })
      if (!request || request.status !== 'pending') return
      const personIds = (await whoMayVote(db(), request.id, event.at)).map((person) => person.id)
      await execute(
        createNotifications,
        actor,
        {
          projectId: request.projectId,
          incidentId: request.incidentId,
          kind: request.kind as 'real' | 'drill',
          personIds,
          topic: 'decision-wanted',
          title: `${request.kind === 'drill' ? 'Drill: ' : ''}Your vote is wanted: ${request.sentence}`.slice(0, 300),
          // The part behind the mark makes one call a request; the page is the same.
          url: `/approvals#${request.id}`,
        },
        options,
      )
    },
  }),
  reaction({
    name: 'communications: draft what the public could be told',
    on: ['incident.opened', 'incident.changed'],
    async react(event, { actor, options }) {
      const incident = await db().incident.findUnique({ where: { id: event.subject } })
      if (!incident || incident.kind !== 'real') return
      const phase = event.name === 'incident.opened' ? 'investigating' : phaseOf[event.data['status'] as IncidentStatus]
      if (!phase || (event.name === 'incident.changed' && !(await wantsWord(incident, phase)))) return
      const parts = await db().$queryRaw<{ name: string }[]>`
        select name from public_component where project_id = ${incident.projectId}::uuid and service_ids && ${incident.serviceIds}::uuid[] order by position`
      const severity = incident.severity as Severity
      const next = phase === 'resolved' ? null : nextWordAt(severity, event.at)
      await execute(
        draftUpdate,
        actor,
        // Where we come late, the promise would be broken before it is made.
        { incidentId: incident.id, audience: 'public', phase, text: draftText(phase, parts.map((part) => part.name), severity), nextUpdateAt: next && next > new Date() ? next.toISOString() : null },
        options,
      )
    },
  }),
]

/** The public knows of it, and nobody has written this turn's words yet. */
async function wantsWord(incident: { id: string; monitoringAt: Date | null; resolvedAt: Date | null }, phase: Phase): Promise<boolean> {
  const since = (phase === 'resolved' ? incident.resolvedAt : incident.monitoringAt) ?? undefined
  const [told, written] = await Promise.all([
    db().update.count({ where: { incidentId: incident.id, audience: 'public', status: 'published' } }),
    db().update.count({ where: { incidentId: incident.id, audience: 'public', phase, ...(since ? { createdAt: { gte: since } } : {}) } }),
  ])
  return told > 0 && written === 0
}
