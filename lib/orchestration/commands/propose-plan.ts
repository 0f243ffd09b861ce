import { z } from 'zod'
import { voidApprovals } from '#lib/governance/commands/void-approvals.ts'
import type { Context, Outcome } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { loadSituation } from '../load-situation.ts'
import { loadRecorded } from '../queries/recorded.ts'
import type { PlanDocument, PlanResult } from '../model.ts'
import { forecast } from '../rules/forecast.ts'
import { hashPlan } from '../rules/hash-plan.ts'
import { planMoves } from '../rules/plan-moves.ts'
import { failures } from '../rules/playbook/failure-of.ts'
import { verifyPlan } from '../rules/verify-plan.ts'
import { shapePlan } from '../shape-plan.ts'
import { bringAlong, destinationsOf } from './destinations.ts'

/** The plan, or why there is none. */
export type Proposal =
  | { planId: string; hash: string; because: null; alsoMove: null }
  /** `alsoMove`: targets as `payments in eu` whose coming along would make a plan possible; pass them as `along`. */
  | { planId: null; hash: null; because: string; alsoMove: string[] | null }

export const proposePlan = command({
  name: 'plan.propose',
  summary: 'Propose a proven way back for services of an environment. A newer proposal for the same incident supersedes the older one and voids its votes.',
  permission: 'plan.propose',
  status: 201,
  input: z.strictObject({
    incidentId: z.uuid().nullable().describe('The incident this is for, if there is one'),
    environment: z.string().min(1).max(60),
    services: z.array(z.string().min(1).max(60)).min(1).max(100).describe('Services to take back'),
    regions: z.array(z.string().min(1).max(60)).max(60).optional().describe('Only these regions; all where the suspect release runs when left out'),
    toVersions: z.record(z.string(), z.string()).optional().describe('Another version than the one that would be chosen, by service; needs a reason'),
    along: z.array(z.string().min(1).max(130)).max(200).optional().describe('Targets that come along to their own last known good, as `payments in eu`'),
    reason: z.string().max(500).optional(),
    failure: z.enum(failures).optional().describe('What is wrong, where a person knows better than the signals; playbooks go by it'),
    playbook: z.strictObject({ name: z.string().min(1).max(60), params: z.record(z.string(), z.unknown()).default({}) }).nullable().optional().describe('The playbook to use; null for none; the one that fits when left out'),
  }),

  async load({ tx, actor }, { environment, services, incidentId, toVersions, reason }) {
    if (toVersions && !reason) throw new Fault('invalid', 'reason: say why another version than the last known good', { fields: [{ field: 'reason', message: 'say why another version than the last known good' }] })
    const incident = incidentId ? await loadIncident(tx, incidentId) : null
    const projectId = incident?.projectId ?? (await projectOf(tx, actor))
    const found = await tx.environment.findUnique({ where: { projectId_name: { projectId, name: environment } } })
    if (!found) throw new Fault('not_found', `there is no environment ${environment}`)
    const rows = await tx.service.findMany({ where: { projectId, name: { in: services } } })
    const missing = services.filter((name) => !rows.some((row) => row.name === name))
    if (missing.length > 0) throw new Fault('not_found', `there is no service ${missing.join(' or ')}`)
    // A proposal takes the place of the incident's plan and voids its votes, so it needs the right where the incident lies, too.
    const serviceIds = [...new Set([...rows.map((row) => row.id), ...(incident?.serviceIds ?? [])])]
    return { subject: { projectId, environment: found, rows, incident }, scope: { projectId, environmentId: found.id, serviceIds } }
  },

  async run(context, { incidentId, services, regions, toVersions, reason, along, failure, playbook }, { projectId, environment, rows, incident }): Promise<Outcome<Proposal>> {
    const { tx, now } = context
    if (incident && incident.environmentId !== environment.id) throw new Fault('invalid', 'environment: the incident lies in another environment', { fields: [{ field: 'environment', message: 'the incident lies in another environment' }] })
    if (incident?.status === 'closed') throw new Fault('conflict', 'the incident is closed; declare another one', { status: incident.status })
    const { goTo, notes, nowhere } = await destinationsOf(context, { environmentId: environment.id, services: rows, regions, suspectId: incident?.releaseId ?? null, toVersions: toVersions ?? {}, reason })
    const refuse = (because: string, alsoMove: string[] | null): Outcome<Proposal> => ({ result: { planId: null, hash: null, because, alsoMove }, events: [], record: { subjectKind: 'plan', subjectId: incidentId ?? environment.id, incidentId, payload: { refused: because, alsoMove } } })
    const loaded = await loadSituation(tx, projectId, environment.id, 'rollback', goTo, now)
    const situation = bringAlong(loaded.situation, along ?? [])
    const planned: PlanResult = nowhere.length > 0 ? { ok: false, because: `${nowhere.join('; ')}; name a version`, conflict: nowhere, alsoMove: null } : planMoves(situation)
    const shaped = await shapePlan(tx, { projectId, services: inOrder(services, rows), regions, incidentId, failure, asked: playbook, situation, planned, now })
    if (!shaped.ok) return refuse(shaped.because, shaped.alsoMove?.map(({ service, region }) => `${service} in ${region}`) ?? null)
    const document = { ...shaped.document, notes: [...shaped.document.notes, ...notes] }
    const proof = verifyPlan(document, shaped.situation)
    if (!proof.holds) throw new Fault('internal', `the verifier refuses the planner's plan: ${proof.because}`)
    const { plan, events } = await storePlan(context, { projectId, environmentId: environment.id, incidentId, deploymentId: null, document, situation })
    return { result: { planId: plan.id, hash: plan.hash, because: null, alsoMove: null }, events, record: { subjectKind: 'plan', subjectId: plan.id, incidentId, payload: { hash: plan.hash } } }
  },
})

/** The services as they were asked for: the first is the one that it is about. */
export const inOrder = <R extends { name: string }>(names: readonly string[], rows: readonly R[]): R[] => names.flatMap((name) => rows.find((row) => row.name === name) ?? [])

async function loadIncident(tx: Context['tx'], incidentId: string): Promise<{ projectId: string; environmentId: string; serviceIds: string[]; status: string; releaseId: string | null }> {
  const incident = await tx.incident.findUnique({ where: { id: incidentId }, select: { projectId: true, environmentId: true, serviceIds: true, status: true, releaseId: true } })
  if (!incident) throw new Fault('not_found', 'there is no such incident here')
  return incident
}

export interface PlanToStore {
  projectId: string
  environmentId: string
  incidentId: string | null
  deploymentId: string | null
  document: PlanDocument
  situation: Parameters<typeof verifyPlan>[1]
}

/** Writes a plan and its forecast; what it replaces can no longer be started, and its votes are void. */
export async function storePlan(context: Context, { projectId, environmentId, incidentId, deploymentId, document, situation }: PlanToStore): Promise<{ plan: { id: string; hash: string }; events: EventDraft[] }> {
  const { tx, actor, now } = context
  const hash = hashPlan(document)
  const events: EventDraft[] = []
  if (incidentId) {
    // One proposal at a time for an incident: of two at once neither would see the other, and both would stand.
    await tx.$queryRaw`select id from incident where id = ${incidentId}::uuid for no key update`
    const older = await tx.$queryRaw<{ id: string; hash: string; version: number }[]>`
      select p.id, p.hash, p.version from plan p where p.incident_id = ${incidentId}::uuid and p.status = 'proposed'
        and not exists (select 1 from run r where r.plan_id = p.id) for update`
    const same = older.find((plan) => plan.hash === hash)
    // The same proposal again changes nothing: votes already cast stay good.
    if (same) return { plan: { id: same.id, hash }, events }
    for (const plan of older) {
      await tx.plan.update({ where: { id: plan.id }, data: { status: 'superseded', version: { increment: 1 } } })
      await context.call(voidApprovals, { planId: plan.id, because: 'a newer plan took its place', superseded: true })
      events.push({ name: 'plan.superseded', subject: plan.id, version: plan.version + 1, incidentId })
    }
  }
  const id = context.newId()
  await tx.plan.create({
    data: {
      id, projectId, incidentId, deploymentId, environmentId, purpose: document.purpose, kind: document.agentKind, v: document.v, document: document as object, hash,
      forecast: forecast(document, situation.regions, await loadRecorded(tx, projectId, environmentId), hash) as object, status: 'proposed', createdBy: actor.id, createdAt: now,
    },
  })
  events.unshift({ name: 'plan.proposed', subject: id, version: 1, incidentId, data: { hash, purpose: document.purpose } })
  return { plan: { id, hash }, events }
}
