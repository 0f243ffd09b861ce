import { z } from 'zod'
import { satisfiedApproval } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { isUniqueViolation } from '#lib/platform/db.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { refusedByQuarantine } from '#lib/releases/queries/quarantined.ts'
import { servicesOfPlan } from '../load.ts'
import type { Authority } from '../load-run.ts'
import { loadRun } from '../load-run.ts'
import { loadSituation } from '../load-situation.ts'
import type { PlanDocument } from '../model.ts'
import { hashPlan } from '../rules/hash-plan.ts'
import { verifyPlan } from '../rules/verify-plan.ts'
import { changeRun } from './change-run.ts'
import { lockTargets, writeSteps } from './prepare-run.ts'
import { commanderTerm } from '../steering.ts'

export const startRun = command({
  name: 'run.start',
  summary: 'Start the approved plan. Only the commander may, and only exactly what was approved.',
  permission: 'run.start',
  stepUp: 'project',
  status: 201,
  input: z.strictObject({ planId: z.uuid(), hash: z.string().describe('The hash that was shown') }),

  load: ({ tx }, { planId }) => loadPlanForUpdate(tx, planId),

  async run(context, { hash }, plan) {
    if (!plan.incidentId) throw new Fault('conflict', 'this plan belongs to no incident, so nobody commands it; declare one and propose there')
    const term = await commanderTerm(context, plan.incidentId)
    if (plan.hash !== hash) throw new Fault('plan_changed', 'the plan is not the one you were shown', { hash: plan.hash })
    if (plan.status !== 'proposed') throw new Fault('plan_changed', 'a newer plan took its place', { status: plan.status })
    await refuseClosed(context, plan.incidentId)
    const approval = await satisfiedApproval(context.tx, { planId: plan.id, planHash: plan.hash }, context.now)
    if ('because' in approval) throw new Fault('conflict', `not yet: ${approval.because}`)
    await refuseUnstartable(context, plan)
    const { runId, events } = await beginRun(context, plan, { kind: 'approval', requestId: approval.requestId }, term)
    return { result: { runId }, events, record: { subjectKind: 'run', subjectId: runId, incidentId: plan.incidentId, payload: { hash, term, approval: approval.requestId } } }
  },
})

export interface PlanRow {
  id: string
  projectId: string
  incidentId: string | null
  deploymentId: string | null
  environmentId: string
  purpose: 'rollback' | 'deployment'
  kind: 'real' | 'drill'
  document: PlanDocument
  hash: string
  status: string
}

/** A plan that exists, its row locked until the transaction ends, and where it lies. */
export async function loadPlanForUpdate(tx: Context['tx'], planId: string): Promise<{ subject: PlanRow; scope: Scope }> {
  const [plan] = await tx.$queryRaw<PlanRow[]>`
    select id, project_id as "projectId", incident_id as "incidentId", deployment_id as "deploymentId", environment_id as "environmentId", purpose, kind, document, hash, status
    from plan where id = ${planId}::uuid for update`
  if (!plan) throw new Fault('not_found', 'there is no such plan here')
  return { subject: plan, scope: { projectId: plan.projectId, environmentId: plan.environmentId, serviceIds: await servicesOfPlan(tx, plan) } }
}

/** What keeps a plan from starting whoever asks: its incident is closed, a release is in quarantine, or the proof holds no longer. */
export async function refuseUnstartable(context: Context, plan: PlanRow): Promise<void> {
  await refuseClosed(context, plan.incidentId)
  const quarantined = await refusedByQuarantine(context.tx, plan.document.moves.map((move) => move.to.releaseId))
  if (quarantined) throw new Fault('conflict', quarantined)
  await refuseUnproven(context, plan)
}

/** An approval may outlive its incident; what was called over is not acted on. Held so that nobody closes it meanwhile. */
async function refuseClosed({ tx }: Context, incidentId: string | null): Promise<void> {
  const [incident] = incidentId ? await tx.$queryRaw<{ status: string }[]>`select status from incident where id = ${incidentId}::uuid for share` : []
  if (incident?.status === 'closed') throw new Fault('conflict', 'the incident is closed; declare another one', { status: incident.status })
}

/** The proof is of the world as it was; it is asked again of the world as it is, just before anything is touched. */
async function refuseUnproven({ tx, now }: Context, plan: PlanRow): Promise<void> {
  if (hashPlan(plan.document) !== plan.hash) throw new Fault('plan_changed', 'the stored plan does not have the hash that was approved')
  const goTo = new Map(plan.document.moves.map((move) => [move.target, move.to.releaseId]))
  const { situation } = await loadSituation(tx, plan.projectId, plan.environmentId, plan.purpose, (target) => goTo.get(target.id), now)
  const proof = verifyPlan(plan.document, situation)
  if (!proof.holds) throw new Fault('plan_changed', `the fleet has changed since the plan was made: ${proof.because}; propose again`)
}

/** Locks what moves, writes run and steps, and makes the first steps ready, in the caller's transaction. */
export async function beginRun(context: Context, plan: PlanRow, authority: Authority, term: number | null): Promise<{ runId: string; events: EventDraft[] }> {
  const { tx, actor } = context
  const runId = context.newId()
  await lockTargets(context, runId, plan)
  try {
    await tx.run.create({
      data: { id: runId, projectId: plan.projectId, planId: plan.id, planHash: plan.hash, incidentId: plan.incidentId, deploymentId: plan.deploymentId, kind: plan.kind, status: 'pending', authority, commanderTerm: term, startedBy: actor.id },
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new Fault('conflict', 'this plan is running already')
    throw error
  }
  await writeSteps(context, { id: runId, projectId: plan.projectId, environmentId: plan.environmentId, kind: plan.kind }, plan.document)
  const run = await loadRun(tx, runId)
  return { runId, events: await changeRun(context, run, [{ type: 'start', by: { id: actor.id, name: actor.name, term } }]) }
}
