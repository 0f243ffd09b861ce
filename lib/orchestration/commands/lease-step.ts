import { z } from 'zod'
import { satisfiedApproval, standingDeployment, whyNotOnByItself } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { quarantinedAmong } from '#lib/releases/queries/quarantined.ts'
import { signLease } from '#lib/platform/signing.ts'
import type { RunRow } from '../load.ts'
import { agentOf, loadRunForUpdate } from '../load.ts'
import type { PlanDocument } from '../model.ts'
import { agentPace } from '../pace.ts'
import { automaticPlan } from '../rules/automatic-plan.ts'
import { hashPlan } from '../rules/hash-plan.ts'
import { keepSchema } from '../schema.ts'
import type { RunChange } from './change-run.ts'
import { changeRun } from './change-run.ts'
import type { Authority } from './start-run.ts'

/** What an agent is given to do; the form is fixed in docs/api/agent-protocol.md. */
export interface Lease {
  v: 1
  stepId: string
  runId: string
  key: string
  kind: string
  attempt: number
  epoch: number
  leaseMs: number
  timeoutMs: number
  repeatable: boolean
  again: boolean
  params: unknown
  plan: { document: unknown; hash: string; signature: string }
}

interface Candidate {
  id: string
  runId: string
}

/** A step that this agent could take now. Only a hint: the lease itself is decided under the run's lock. */
export async function leasable(tx: Pick<Tx, '$queryRaw'>, agent: ReturnType<typeof agentOf>): Promise<Candidate | null> {
  const [row] = await tx.$queryRaw<Candidate[]>`
    select s.id, s.run_id as "runId" from step s join run r on r.id = s.run_id join agent a on a.id = ${agent.id}::uuid
    where s.status = 'ready' and r.status = 'running' and s.environment_id = ${agent.environmentId}::uuid and s.region_id = ${agent.regionId}::uuid
      and s.kind = ${agent.agentKind} and s.step_kind = any(a.step_kinds) and a.revoked_at is null and (s.not_before is null or s.not_before <= now())
    order by s.ready_at, s.position limit 1`
  return row ?? null
}

export const leaseStep = command({
  name: 'step.lease',
  summary: 'Give the next ready step of its environment and region to an agent.',
  permission: 'agent.work',
  input: z.strictObject({ stepId: z.uuid() }),

  async load({ tx, actor }, { stepId }) {
    const agent = agentOf(actor)
    const step = await tx.step.findUnique({ where: { id: stepId }, select: { projectId: true, environmentId: true, regionId: true } })
    return { subject: agent, scope: step?.regionId ? { ...step, regionId: step.regionId } : { projectId: agent.projectId } }
  },

  async run(context, { stepId }) {
    const { lease, events } = await takeLease(context, stepId)
    // Somebody else was quicker: nothing happened.
    if (!lease && events.length === 0) return { result: { lease }, events }
    return { result: { lease }, events, record: { subjectKind: 'step', subjectId: stepId, payload: lease ? { epoch: lease.epoch, attempt: lease.attempt } : {} } }
  },
})

/** Leases one step to the asking agent, or gives null where somebody else was quicker or it may no longer run. */
export async function takeLease(context: Context, stepId: string): Promise<{ lease: Lease | null; events: EventDraft[] }> {
  const { tx, actor, now } = context
  const agent = agentOf(actor)
  const found = await tx.step.findUnique({ where: { id: stepId }, select: { runId: true } })
  if (!found) return { lease: null, events: [] }
  const { subject: run } = await loadRunForUpdate(tx, found.runId)
  if (run.status !== 'running') return { lease: null, events: [] }

  const refusal = await whyNotNow(context, run)
  if (refusal) return { lease: null, events: await changeRun(context, run, refusal) }

  const [step] = await tx.$queryRaw<(LeasedRow & { schema_effect: unknown })[]>`
    update step set status = 'leased', epoch = epoch + 1, attempt = attempt + 1, agent_id = ${agent.id}::uuid, cancelling = false, because = null,
      lease_expires_at = now() + make_interval(secs => ${agentPace.leaseMs / 1000}), not_before = null, started_at = coalesce(started_at, ${now}::timestamptz)
    where id = ${stepId}::uuid and status = 'ready' and (not_before is null or not_before <= clock_timestamp()) and environment_id = ${agent.environmentId}::uuid and region_id = ${agent.regionId}::uuid and kind = ${agent.agentKind}
    returning id, key, step_kind, attempt, epoch, timeout_ms, repeatable, params, schema_effect`
  if (!step) return { lease: null, events: [] }
  await keepSchema(context, agent.environmentId, step.schema_effect, 'begins')
  await tx.attempt.create({ data: { stepId, epoch: step.epoch, number: step.attempt, agentId: agent.id, kind: agent.agentKind, startedAt: now } })
  return { events: await changeRun(context, run), lease: await present(tx, run, step) }
}

/**
 * The lease that went out with the answer to a report, for an agent that never got that answer: the same epoch, held for
 * as long again. Both ends were written in one commit, so the attempt began at the very moment at which the reported one ended.
 */
export async function leaseHandedOver({ tx, actor }: Context, reported: { stepId: string; epoch: bigint }): Promise<Lease | null> {
  const agent = agentOf(actor)
  const [step] = await tx.$queryRaw<(LeasedRow & { run_id: string })[]>`
    update step s set lease_expires_at = now() + make_interval(secs => ${agentPace.leaseMs / 1000})
    from attempt given join attempt done on done.ended_at = given.started_at and done.agent_id = given.agent_id
    where done.step_id = ${reported.stepId}::uuid and done.epoch = ${reported.epoch}::bigint and given.step_id = s.id and given.epoch = s.epoch and given.outcome is null
      and s.status = 'leased' and s.agent_id = ${agent.id}::uuid and s.lease_expires_at > now()
    returning s.id, s.run_id, s.key, s.step_kind, s.attempt, s.epoch, s.timeout_ms, s.repeatable, s.params`
  if (!step) return null
  const run = await tx.run.findUniqueOrThrow({ where: { id: step.run_id }, select: { id: true, planId: true, planHash: true } })
  return present(tx, run, step)
}

interface LeasedRow {
  id: string
  key: string
  step_kind: string
  attempt: number
  epoch: bigint
  timeout_ms: number
  repeatable: boolean
  params: unknown
}

async function present(tx: Tx, run: { id: string; planId: string; planHash: string }, step: LeasedRow): Promise<Lease> {
  const again = step.attempt > 1 && (await tx.attempt.count({ where: { stepId: step.id, OR: [{ outcome: 'expired' }, { outcome: 'cancelled' }] } })) > 0
  const [plan] = await tx.$queryRaw<{ document: unknown }[]>`select document from plan where id = ${run.planId}::uuid`
  return {
    v: 1,
    stepId: step.id,
    runId: run.id,
    key: step.key,
    kind: step.step_kind,
    attempt: step.attempt,
    epoch: Number(step.epoch),
    leaseMs: agentPace.leaseMs,
    timeoutMs: step.timeout_ms,
    repeatable: step.repeatable,
    again,
    params: step.params,
    plan: { document: plan?.document, hash: run.planHash, signature: signLease({ runId: run.id, stepId: step.id, epoch: step.epoch, hash: run.planHash }) },
  }
}

/**
 * Asked before every lease, not only at the start: the plan is still the one that was approved, nothing of it has turned out bad, and who or what
 * let it start still does. Null = go on; else the run waits for a person. Only a deployment of a bad release gives up, so that it stands in no
 * rollback's way.
 */
async function whyNotNow({ tx, now }: Context, run: RunRow): Promise<Required<Pick<RunChange, 'status' | 'because'>> | null> {
  const wait = (because: string): { status: 'paused'; because: string } => ({ status: 'paused', because })
  const row = await tx.run.findUnique({ where: { id: run.id }, select: { authority: true, plan: { select: { document: true, hash: true } } } })
  const document = row?.plan.document as unknown as PlanDocument
  if (!row || row.plan.hash !== run.planHash || hashPlan(document) !== run.planHash) return wait('the plan is not the one that was approved')
  const [bad] = await quarantinedAmong(tx, document.moves.map((move) => move.to.releaseId))
  if (bad) return run.purpose === 'rollback' ? wait(bad.sentence) : { status: 'aborted', because: `called off: ${bad.sentence}` }
  const authority = row.authority as unknown as Authority
  if (authority.kind === 'approval') {
    const approval = await satisfiedApproval(tx, { planId: run.planId, planHash: run.planHash }, now)
    return 'because' in approval ? wait(`the approval no longer holds: ${approval.because}`) : null
  }
  if (run.purpose === 'deployment') return (await standingDeployment(tx, run.projectId, run.environmentId)) ? null : wait('the policy has no standing approval for this any more')
  // That no person had chosen a version was judged at the start; the plan has not changed since.
  const ended = await whyNotOnByItself(tx, run.projectId, { rule: authority.rule, asked: authority.asked ?? '' }, automaticPlan(document, false), now)
  return ended ? wait(ended) : null
}
