import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
import { setDesired } from '#lib/releases/commands/set-desired.ts'
import { releaseLocks } from '#lib/state/commands/release-locks.ts'
import { startValidation } from '#lib/validation/commands/start-validation.ts'
import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import type { RunRow } from '../load.ts'
import { settleRun } from '../rules/settle-run.ts'
import type { RunStatus, StepStatus } from '../view.ts'

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
}

/**
 * Applies a change to a run whose row is locked, then settles it: steps become ready, the run pauses or ends, and what
 * an end brings with it happens in the same commit. Returns the events. Call it after the steps were changed.
 */
export async function changeRun(context: Context, run: RunRow, change: RunChange = {}): Promise<EventDraft[]> {
  const { tx, now } = context
  const asked = change.status ?? run.status
  const steps = await tx.$queryRaw<StepRow[]>`select id, key, status, after, because from step where run_id = ${run.id}::uuid order by position`
  const settled = settleRun({ status: asked, purpose: run.purpose }, steps)
  const status = settled.run?.status ?? asked
  const because = settled.run ? settled.run.because : change.because !== undefined ? change.because : status === 'running' ? null : run.because
  const ended = isOver(status) && !isOver(run.status)

  if (settled.ready.length > 0) await tx.step.updateMany({ where: { runId: run.id, key: { in: [...settled.ready] }, status: 'blocked' }, data: { status: 'ready', readyAt: now } })
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
  const plan = must(await tx.plan.findUnique({ where: { id: run.planId } }), 'the plan of a run')
  const { moves } = plan.document as unknown as { moves: { target: string; to: { releaseId: string } }[] }
  for (const move of moves) await context.call(setDesired, { targetId: move.target, releaseId: move.to.releaseId })
  await context.call(startValidation, { runId: run.id, incidentId: run.incidentId, targetIds: moves.map((move) => move.target), settleSeconds, measureSeconds })
}
