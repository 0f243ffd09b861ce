import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
import { setDesired } from '#lib/releases/commands/set-desired.ts'
import { releaseLocks } from '#lib/state/commands/release-locks.ts'
import { startValidation } from '#lib/validation/commands/start-validation.ts'
import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import type { RunRow } from '../load.ts'
import type { PlanDocument } from '../model.ts'
import { centerWork } from '../rules/center-step.ts'
import type { Settlement } from '../rules/settle-run.ts'
import { settleRun } from '../rules/settle-run.ts'
import type { RunStatus, StepStatus } from '../view.ts'
import { quarantineSuspects } from './quarantine-suspects.ts'

/** What was asked for directly; what follows from it is settled afterwards. */
export interface RunChange {
  status?: RunStatus
  because?: string | null
  startedAt?: Date
  commanderTerm?: number | null
  startedBy?: string
}

interface StepRow {
  id: string
  key: string
  status: StepStatus
  after: string[]
  because: string | null
  stepKind: string
  params: Record<string, unknown>
  leftMs: number | null
  validationId: string | null
  verdict: string | null
}

/**
 * Applies a change to a run whose row is locked, then settles it: steps become ready, the run pauses or ends, and what
 * an end brings with it happens in the same commit. Returns the events. Call it after the steps were changed.
 */
export async function changeRun(context: Context, run: RunRow, change: RunChange = {}): Promise<EventDraft[]> {
  const { tx, now } = context
  const asked = change.status ?? run.status
  const steps = await tx.$queryRaw<StepRow[]>`
    select s.id, s.key, s.status, s.after, s.because, s.step_kind as "stepKind", s.params, s.validation_id as "validationId", v.verdict,
      extract(epoch from s.not_before - clock_timestamp())::float8 * 1000 as "leftMs"
    from step s left join validation v on v.id = s.validation_id where s.run_id = ${run.id}::uuid order by s.position`
  const settled = settleRun({ status: asked, purpose: run.purpose }, steps.map((step) => ({ ...step, center: centerWork(step) })))
  const status = settled.run?.status ?? asked
  const because = settled.run ? settled.run.because : change.because !== undefined ? change.because : status === 'running' ? null : run.because
  const ended = isOver(status) && !isOver(run.status)

  if (settled.ready.length > 0) await tx.step.updateMany({ where: { runId: run.id, key: { in: [...settled.ready] }, status: 'blocked' }, data: { status: 'ready', readyAt: now } })
  await doOurselves(context, run, settled)
  if (settled.cancelled.length > 0) await tx.step.updateMany({ where: { runId: run.id, key: { in: [...settled.cancelled] } }, data: { status: 'cancelled', because: because ?? 'the run ended', finishedAt: now } })
  if (settled.cancelling.length > 0) await tx.step.updateMany({ where: { runId: run.id, key: { in: [...settled.cancelling] }, status: 'leased' }, data: { cancelling: true } })

  const { count } = await tx.run.updateMany({
    where: { id: run.id, version: run.version },
    data: {
      status,
      because,
      version: { increment: 1 },
      ...(change.startedAt ? { startedAt: change.startedAt } : {}),
      ...(change.startedBy ? { startedBy: change.startedBy } : {}),
      ...(change.commanderTerm !== undefined ? { commanderTerm: change.commanderTerm } : {}),
      ...(ended ? { finishedAt: now } : {}),
    },
  })
  if (count === 0) throw new Fault('conflict', 'somebody changed this run first; look again')

  const about = { runId: run.id, status, purpose: run.purpose, deploymentId: run.deploymentId, planId: run.planId }
  const version = run.version + 1
  const news: EventDraft[] = [{ name: 'run.advanced', subject: run.id, version, incidentId: run.incidentId, data: about }]
  news.push(...settled.notices.map(({ key, say }): EventDraft => ({ name: 'step.notice', subject: run.id, version, incidentId: run.incidentId, data: { key, say } })))
  if (run.status === 'pending' && status !== 'pending') news.unshift({ name: 'run.started', subject: run.id, version, incidentId: run.incidentId, data: about })
  if (ended) {
    news.push({ name: 'run.finished', subject: run.id, version, incidentId: run.incidentId, data: about })
    await conclude(context, run, status, because)
  }
  // What an agent still holds may still be changing its target: the locks are free with its last word, or when its lease has run out.
  if (isOver(status) && !steps.some((step) => step.status === 'leased')) await context.call(releaseLocks, { owner: { kind: 'run', id: run.id } })
  run.version = version
  run.status = status
  return news
}

/** The steps of the command center itself: what is done at once, what begins to wait, what begins to be measured. */
async function doOurselves(context: Context, run: RunRow, { done, failed, waits, measures }: Settlement): Promise<void> {
  const { tx, now } = context
  const ended = [...done.map((one) => ({ ...one, status: 'succeeded' })), ...failed.map((one) => ({ ...one, status: 'failed' }))]
  if (ended.length > 0) {
    await tx.$executeRaw`
      update step s set status = e.status, because = e.because, finished_at = ${now}::timestamptz, started_at = coalesce(s.started_at, s.ready_at, ${now}::timestamptz)
      from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) as e(key text, status text, because text)
      where s.run_id = ${run.id}::uuid and s.key = e.key and s.status in ('blocked', 'ready')`
  }
  if (waits.length > 0) {
    await tx.$executeRaw`
      update step s set not_before = clock_timestamp() + make_interval(secs => w.ms / 1000.0)
      from jsonb_to_recordset(${JSON.stringify(waits)}::jsonb) as w(key text, ms float8) where s.run_id = ${run.id}::uuid and s.key = w.key and s.status = 'ready'`
  }
  for (const key of measures) {
    const step = await tx.step.findUniqueOrThrow({ where: { runId_key: { runId: run.id, key } }, select: { id: true } })
    const { moves } = await documentOf(tx, run)
    const { validationId } = await context.call(startValidation, { runId: run.id, incidentId: null, stepId: step.id, targetIds: moves.map((move) => move.target), settleSeconds, measureSeconds })
    await tx.step.update({ where: { id: step.id }, data: { validationId } })
  }
}

const documentOf = async (tx: Context['tx'], run: RunRow): Promise<PlanDocument> => must(await tx.plan.findUnique({ where: { id: run.planId }, select: { document: true } }), 'the plan of a run').document as unknown as PlanDocument

const isOver = (status: RunStatus): boolean => status === 'succeeded' || status === 'failed' || status === 'aborted'

/** How long after a rollback the fleet settles before it is measured, and for how long it is measured at most. */
const settleSeconds = 2
const measureSeconds = 120

/** What the end of a run means for others: the deployment has its outcome, a rollback is to be proven. */
async function conclude(context: Context, run: RunRow, status: RunStatus, because: string | null): Promise<void> {
  const { tx } = context
  if (run.deploymentId) {
    await context.call(finishDeployment, { deploymentId: run.deploymentId, status: status === 'succeeded' ? 'succeeded' : 'failed', because })
    return
  }
  if (status !== 'succeeded') return
  const { moves } = await documentOf(tx, run)
  await quarantineSuspects(context, run)
  for (const move of moves) await context.call(setDesired, { targetId: move.target, releaseId: move.to.releaseId })
  await context.call(startValidation, { runId: run.id, incidentId: run.incidentId, targetIds: moves.map((move) => move.target), settleSeconds, measureSeconds })
}
