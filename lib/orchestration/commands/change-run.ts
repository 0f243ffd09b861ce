import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
import { setDesired } from '#lib/releases/commands/set-desired.ts'
import { releaseLocks } from '#lib/state/commands/release-locks.ts'
import { startValidation } from '#lib/validation/commands/start-validation.ts'
import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import type { LoadedRun } from '../load-run.ts'
import { reduce } from '../rules/run-machine.ts'
import type { Effect, RunEvent, RunState } from '../rules/run-state.ts'
import type { RunStatus } from '../view.ts'
import type { Results } from '../write-turn.ts'
import { writeTurn } from '../write-turn.ts'
import { addSteps, lockTargets } from './prepare-run.ts'
import { quarantineSuspects } from './quarantine-suspects.ts'

/**
 * Lets things happen to a run whose row is locked, one after the other, and writes down what came of them: one turn, one
 * version, one commit. What an end brings with it happens in the same commit. A refusal of the machine is the caller's.
 */
export async function changeRun(context: Context, run: LoadedRun, happens: readonly RunEvent[], results?: Results): Promise<EventDraft[]> {
  const before = run.state
  const { state, effects } = turned(before, happens)
  if (effects.some((effect) => effect.do === 'take-locks')) await lockTargets(context, run.id, run)
  run.facts = await addSteps(context, run, state)
  await writeTurn(context, run, state, effects, results)
  run.state = state
  run.version += 1
  for (const effect of effects) await carryOut(context, run, effect)
  return newsOf(run, before, effects)
}

function turned(state: RunState, happens: readonly RunEvent[]): { state: RunState; effects: Effect[] } {
  const effects: Effect[] = []
  for (const event of happens) {
    const turn = reduce(state, event)
    if (!turn.ok) throw new Fault(turn.code, turn.because, turn.detail)
    state = turn.state
    effects.push(...turn.effects)
  }
  return { state, effects }
}

function newsOf(run: LoadedRun, before: RunState, effects: readonly Effect[]): EventDraft[] {
  const about = { runId: run.id, status: run.state.status, purpose: run.purpose, deploymentId: run.deploymentId, planId: run.planId }
  const draft = (name: EventDraft['name'], data: Record<string, unknown> = about): EventDraft => ({ name, subject: run.id, version: run.version, incidentId: run.incidentId, data })
  const began = before.status === 'pending' && run.state.status !== 'pending'
  return [
    ...(began ? [draft('run.started')] : []),
    draft('run.advanced'),
    ...effects.flatMap((effect) => (effect.do === 'announce' ? [draft('step.notice', { key: effect.key, say: effect.say })] : effect.do === 'finish' ? [draft('run.finished')] : [])),
  ]
}

/** What has to be done besides writing the run down. */
async function carryOut(context: Context, run: LoadedRun, effect: Effect): Promise<void> {
  switch (effect.do) {
    case 'measure':
      return measure(context, run, effect.key)
    case 'finish':
      return conclude(context, run, effect.status, effect.because)
    case 'free-locks':
      await context.call(releaseLocks, { owner: { kind: 'run', id: run.id } })
      return
    // Written with the turn, told as news, or done before it.
    case 'open-attempt':
    case 'close-attempt':
    case 'announce':
    case 'begin':
    case 'take-locks':
  }
}

/** How long after a rollback the fleet settles before it is measured, and for how long it is measured at most. */
const settleSeconds = 2
const measureSeconds = 120

/** Begins a measurement that a step waits for. It speaks for the step, not for the incident. */
async function measure(context: Context, run: LoadedRun, key: string): Promise<void> {
  const stepId = must(run.facts.get(key), `the step ${key}`).id
  const targetIds = run.document.moves.map((move) => move.target)
  if (targetIds.length === 0) throw new Fault('conflict', `${key} measures what moved, and this plan moves nothing`)
  const { validationId } = await context.call(startValidation, { runId: run.id, incidentId: null, stepId, targetIds, settleSeconds, measureSeconds })
  await context.tx.step.update({ where: { id: stepId }, data: { validationId } })
}

/** What the end of a run means for others: the deployment has its outcome, a rollback is to be proven. */
async function conclude(context: Context, run: LoadedRun, status: RunStatus, because: string | null): Promise<void> {
  if (run.deploymentId) {
    await context.call(finishDeployment, { deploymentId: run.deploymentId, status: status === 'succeeded' ? 'succeeded' : 'failed', because })
    return
  }
  if (status !== 'succeeded') return
  const { moves } = run.document
  await quarantineSuspects(context, run)
  for (const move of moves) await context.call(setDesired, { targetId: move.target, releaseId: move.to.releaseId })
  if (moves.length > 0) await context.call(startValidation, { runId: run.id, incidentId: run.incidentId, targetIds: moves.map((move) => move.target), settleSeconds, measureSeconds })
}
