import { z } from 'zod'
import { presentBreaches } from '#lib/triggers/queries/breaches.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { DomainEvent } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { query } from '#lib/platform/query.ts'
import { isLive } from '../model.ts'
import { closable, unownedAmong } from '../rules/closable.ts'
import type { IncidentView } from '../view.ts'
import { courseOf } from './course.ts'
import { presentExceptions } from './exceptions.ts'
import { incidentScope } from './scope.ts'
import { summariesOf } from './summaries.ts'
import { timelineOf } from './timeline.ts'

const ofNumber = (event: DomainEvent): { number?: number } => (typeof event.data['number'] === 'number' ? { number: event.data['number'] } : {})
/** Only news that belongs to some incident; which one, the number does not say. */
const ofIncident = (event: DomainEvent): object | null => (event.incidentId ? {} : null)
const any = (): object => ({})

export const incidentView = query({
  name: 'incident.view',
  summary: 'One incident: what broke, what is proposed, who decides, how it goes, what is proven, what happened when, and what to decide next.',
  permission: 'incident.read',
  input: z.strictObject({ number: z.coerce.number().int().positive().describe('The 42 of INC-42') }),

  async load({ db, scopes }, { number }) {
    const incident = await db.incident.findFirst({ where: { number, projectId: { in: [...scopes.projects] } } })
    if (!incident) throw new Fault('not_found', `there is no incident INC-${number} here`)
    return { subject: incident, scope: await incidentScope(db, incident) }
  },

  async read({ db }, _input, incident): Promise<IncidentView> {
    const summary = must((await summariesOf(db, { projects: [incident.projectId], which: { id: incident.id } }))[0], 'the summary of an incident that was just loaded')
    const course = await courseOf(db, { id: incident.id, status: summary.status, commander: summary.commander?.name ?? null })
    const [release, declaredBy, seat, onCall, breaches, timeline, exceptions] = await Promise.all([
      releaseOf(db, incident.releaseId),
      declarer(db, incident.declaredBy),
      db.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: incident.id } } }),
      onCallOf(db, incident.id, incident.serviceIds),
      presentBreaches(db, { incidentId: incident.id }),
      timelineOf(db, incident.id),
      presentExceptions(db, { incidentId: incident.id }),
    ])
    const { run } = course
    return {
      ...summary,
      release,
      declaredBy,
      mitigatingAt: incident.mitigatingAt?.toISOString() ?? null,
      monitoringAt: incident.monitoringAt?.toISOString() ?? null,
      closedAt: incident.closedAt?.toISOString() ?? null,
      seat: { holder: summary.commander, term: seat?.term ?? 0, takenAt: seat?.holderId ? (seat.takenAt?.toISOString() ?? null) : null },
      onCall,
      breaches,
      plan: course.plan,
      noPlanBecause: course.noPlanBecause,
      approval: course.approval,
      run: run && {
        id: run.id,
        status: run.status,
        because: run.because,
        startedAt: run.startedAt,
        finishedAt: run.finishedAt,
        forecast: run.forecast,
        regions: run.regions.map(({ name, status, steps }) => ({ name, status, done: steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length, total: steps.length })),
      },
      validation: run?.validation ?? null,
      resolvable: course.resolvable,
      closable: closable({ status: summary.status, unowned: unownedAmong(exceptions) }),
      exceptions,
      next: course.next,
      timeline,
    }
  },

  touches: {
    'incident.opened': ofNumber,
    'incident.changed': ofNumber,
    'incident.noted': ofNumber,
    'seat.changed': ofIncident,
    'plan.proposed': ofIncident,
    'plan.superseded': ofIncident,
    'approval.requested': ofIncident,
    'approval.changed': ofIncident,
    'run.started': ofIncident,
    'run.withheld': ofIncident,
    'run.advanced': ofIncident,
    'run.finished': ofIncident,
    'exception.changed': ofIncident,
    'validation.started': ofIncident,
    'validation.advanced': ofIncident,
    'validation.finished': ofIncident,
    'update.changed': ofIncident,
    'notification.created': ofIncident,
    'notification.seen': ofIncident,
    'trigger.fired': any,
    'trigger.cleared': any,
    // A plan that has not run is proven against the fleet as it is.
    'target.observed': any,
    'on-call.changed': any,
  },

  // The proof of a plan and the life of an approval end by time alone.
  staleAt: ({ status, plan, approval }) => (isLive(status) && plan && !plan.runId ? new Date(approval?.state === 'pending' || approval?.state === 'satisfied' ? Math.min(Date.parse(approval.expiresAt), Date.now() + 5_000) : Date.now() + 5_000) : null),
})

async function releaseOf(tx: Tx, releaseId: string | null): Promise<IncidentView['release']> {
  if (!releaseId) return null
  const [row] = await tx.$queryRaw<{ id: string; version: string; service: string }[]>`select r.id, r.version, s.name as service from release r join service s on s.id = r.service_id where r.id = ${releaseId}::uuid`
  return row ?? null
}

/** A person's or a token's name; the product itself where it was neither. */
async function declarer(tx: Tx, actorId: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ name: string }[]>`
    select name from person where id::text = ${actorId} union all select name from machine_token where id::text = ${actorId} limit 1`
  return row?.name ?? 'Knowngood'
}

interface OnCallRow {
  id: string
  name: string
  team: string
  level: number
  told_at: Date | null
  seen_at: Date | null
}

/** Who is on call for the teams of these services, and whether this incident has reached them: whoever did something in it has seen it. */
async function onCallOf(tx: Tx, incidentId: string, serviceIds: readonly string[]): Promise<IncidentView['onCall']> {
  const rows = await tx.$queryRaw<OnCallRow[]>`
    select p.id, p.name, t.name as team, o.level, n.created_at as told_at,
      least(n.seen_at, (select min(r.at) from record r where r.incident_id = ${incidentId}::uuid and r.actor_kind = 'person' and r.actor_id = p.id::text)) as seen_at
    from on_call o join person p on p.id = o.person_id join team t on t.id = o.team_id
      left join lateral (select created_at, seen_at from notification n where n.person_id = p.id and n.incident_id = ${incidentId}::uuid and n.topic = 'incident-opened' order by created_at limit 1) n on true
    where o.team_id in (select team_id from service where id = any(${[...serviceIds]}::uuid[]))
    order by t.name, o.level`
  return rows.map((row) => ({ person: { id: row.id, name: row.name }, team: row.team, level: row.level, toldAt: row.told_at?.toISOString() ?? null, seenAt: row.seen_at?.toISOString() ?? null }))
}
