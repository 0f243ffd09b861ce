import { proposePlan } from '#lib/orchestration/commands/propose-plan.ts'
import { startStandingRun } from '#lib/orchestration/commands/start-standing-run.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { isFault } from '#lib/platform/fault.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { moveIncident } from './commands/move-incident.ts'
import { noteIncident } from './commands/note-incident.ts'
import { openIncidentForBreach } from './commands/open-incident-for-breach.ts'
import { recordExceptions } from './commands/record-exceptions.ts'
import { isLive, liveStatuses } from './model.ts'
import { howItEnded } from './rules/how-it-ended.ts'
import type { IncidentStatus } from './view.ts'

/** What a rule must ask for, so that its breach becomes an incident. `notify` and `suppress` do not. */
const actsOn = new Set(['rollback', 'propose', 'escalate'])

export const reactions = [
  reaction({
    name: 'incidents: join a breach to its incident',
    on: 'trigger.fired',
    async react(event, { actor, options }) {
      if (!actsOn.has(String(event.data['action']))) return
      await execute(openIncidentForBreach, actor, { breachId: event.subject }, options)
    },
  }),
  reaction({
    name: 'incidents: propose a way back',
    on: ['incident.opened', 'incident.changed'],
    async react(event, { actor, options }) {
      if (event.name === 'incident.changed' && typeof event.data['breachId'] !== 'string') return
      const wanted = await wantsPlan(event.subject, (event.data['breachId'] as string | undefined) ?? null)
      if (wanted) await execute(proposePlan, actor, { incidentId: event.subject, ...wanted }, options)
    },
  }),
  reaction({
    name: 'incidents: roll back by itself where the policy allows it',
    on: ['plan.proposed', 'incident.changed'],
    async react(event, { actor, options }) {
      if (!event.incidentId || (event.name === 'incident.changed' && typeof event.data['breachId'] !== 'string')) return
      const planId = await wantsStart(event.incidentId)
      if (!planId) return
      try {
        await execute(startStandingRun, actor, { planId }, options)
      } catch (error) {
        if (!isFault(error) || !['conflict', 'locked', 'plan_changed'].includes(error.code)) throw error
        // Something else holds a target: whoever comes has to know why nothing has begun.
        await execute(noteIncident, actor, { incidentId: event.incidentId, text: `No automatic rollback: ${error.message}`.slice(0, 4_000) }, options)
      }
    },
  }),
  reaction({
    name: 'incidents: propose again after the rollout',
    on: 'deployment.finished',
    async react(event, { actor, options }) {
      // A suspect that went on to further regions after the plan was made has to come back from there too.
      const deployment = await db().deployment.findUnique({ where: { id: event.subject }, select: { releaseId: true, environmentId: true } })
      if (!deployment) return
      const incident = await db().incident.findFirst({ where: { ...deployment, status: { in: [...liveStatuses] } }, orderBy: { openedAt: 'asc' }, select: { id: true } })
      const wanted = incident ? await wantsPlan(incident.id, null) : null
      if (incident && wanted) await execute(proposePlan, actor, { incidentId: incident.id, ...wanted }, options)
    },
  }),
  reaction({
    name: 'incidents: a rollback has begun',
    on: 'run.started',
    async react(event, { actor, options }) {
      if (!event.incidentId || event.data['purpose'] !== 'rollback') return
      await execute(moveIncident, actor, { incidentId: event.incidentId, move: 'mitigate', because: 'a rollback was started' }, options)
    },
  }),
  reaction({
    name: 'incidents: a rollback has ended without success',
    on: 'run.finished',
    async react(event, { actor, options }) {
      const status = String(event.data['status'])
      if (!event.incidentId || event.data['purpose'] !== 'rollback' || status === 'succeeded') return
      const run = await db().run.findUnique({ where: { id: event.subject }, select: { because: true } })
      const text = `${howItEnded({ status, because: run?.because ?? null })} What it had changed stays changed.`
      await execute(noteIncident, actor, { incidentId: event.incidentId, text: text.slice(0, 4_000) }, options)
    },
  }),
  reaction({
    name: 'incidents: a plan says something on its way',
    on: 'step.notice',
    async react(event, { actor, options }) {
      if (event.incidentId) await execute(noteIncident, actor, { incidentId: event.incidentId, text: String(event.data['say']).slice(0, 4_000) }, options)
    },
  }),
  reaction({
    name: 'incidents: list what a run has left',
    on: 'run.finished',
    react: async (event, { actor, options }) => void (await execute(recordExceptions, actor, { runId: event.subject }, options)),
  }),
  reaction({
    name: 'incidents: a validation has its verdict',
    on: 'validation.finished',
    async react(event, { actor, options }) {
      if (!event.incidentId) return
      const verdict = String(event.data['verdict'])
      if (verdict === 'pass') await execute(moveIncident, actor, { incidentId: event.incidentId, move: 'prove', because: 'it is proven, and is now watched until somebody resolves it' }, options)
      else await execute(noteIncident, actor, { incidentId: event.incidentId, text: verdict === 'fail' ? 'The rollback is done, but the validation failed: the service is still worse than before. It is not over.' : 'The rollback is done, but there was too little data to judge it. Nobody knows yet whether it is over.' }, options)
    },
  }),
]

/** The incident's plan that nobody has started, where a breach that is not over asks for a rollback. Whether it may start by itself is judged by the command. */
async function wantsStart(incidentId: string): Promise<string | null> {
  const [plan] = await db().$queryRaw<{ id: string }[]>`
    select p.id from plan p where p.incident_id = ${incidentId}::uuid and p.status = 'proposed' and p.purpose = 'rollback' and not exists (select 1 from run r where r.plan_id = p.id)
      and exists (select 1 from breach b where b.incident_id = p.incident_id and b.action = 'rollback' and b.closed_at is null)
    order by p.created_at desc limit 1`
  return plan?.id ?? null
}

/**
 * What to propose for an incident, or null where there is nothing to propose: no suspect, a rollback at work, or a
 * standing plan that covers the new breach already (its votes must not be voided for nothing).
 */
async function wantsPlan(incidentId: string, breachId: string | null): Promise<{ environment: string; services: string[] } | null> {
  const incident = await db().incident.findUnique({ where: { id: incidentId }, include: { environment: { select: { name: true } } } })
  if (!incident || !incident.releaseId || !isLive(incident.status as IncidentStatus)) return null
  if (await db().run.count({ where: { incidentId, status: { in: ['pending', 'running', 'paused'] } } })) return null
  if (breachId) {
    const [covered] = await db().$queryRaw<{ yes: boolean }[]>`
      select exists (
        select 1 from plan p, breach b where p.incident_id = ${incidentId}::uuid and p.status = 'proposed' and b.id = ${breachId}::uuid
          and not exists (select 1 from run r where r.plan_id = p.id)
          and p.document->'moves' @> jsonb_build_array(jsonb_build_object('target', b.target_id))
      ) as yes`
    if (covered?.yes) return null
  }
  const services = await db().service.findMany({ where: { id: { in: incident.serviceIds } }, orderBy: { name: 'asc' }, select: { name: true } })
  return services.length > 0 ? { environment: incident.environment.name, services: services.map((service) => service.name) } : null
}
