import type { RunStatus, StepStatus } from '../view.ts'
import type { CenterAnswer, CenterWork } from './center-step.ts'
import { centerStep } from './center-step.ts'

/** As much of a step as the run's state depends on. */
export interface StepState {
  key: string
  status: StepStatus
  after: readonly string[]
  because: string | null
  /** What the command center needs to know of a step that it does itself; null for what an agent does. */
  center: CenterWork | null
}

export interface RunState {
  status: RunStatus
  purpose: 'rollback' | 'deployment'
}

/** What has to change now. Empty lists and a null run mean that all is as it should be. */
export interface Settlement {
  ready: readonly string[]
  /** What the command center did itself, at once. */
  done: readonly { key: string; because: string | null }[]
  failed: readonly { key: string; because: string }[]
  /** Texts to be announced, by the steps that say so. */
  notices: readonly { key: string; say: string }[]
  /** Waits that begin now. */
  waits: readonly { key: string; ms: number }[]
  /** Steps for which a validation begins now. */
  measures: readonly string[]
  cancelled: readonly string[]
  /** Leased steps whose agent is to be told to stop. */
  cancelling: readonly string[]
  run: { status: RunStatus; because: string | null } | null
}

const isDone = (status: StepStatus): boolean => status === 'succeeded' || status === 'skipped'
const nothing: Settlement = { ready: [], done: [], failed: [], notices: [], waits: [], measures: [], cancelled: [], cancelling: [], run: null }

/**
 * Level-triggered: looks at what is and says what follows, so that a crash between two changes needs no repair.
 * A rollback never goes past a step that failed or whose outcome is not known: it pauses for a person. A deployment
 * gives up instead: going forward can wait, and what it left behind is what rollbacks are for.
 */
export function settleRun(run: RunState, steps: readonly StepState[]): Settlement {
  if (run.status === 'succeeded' || run.status === 'failed') return nothing
  if (run.status === 'aborted') return { ...nothing, ...drain(steps) }
  if (run.status === 'pending') return nothing

  const goesOn = run.status === 'running' && !steps.some((step) => step.status === 'failed' || step.status === 'indeterminate' || step.status === 'cancelled')
  const moved = goesOn ? goOn(steps) : nothing
  const now = goesOn ? after(steps, moved) : steps
  const unknown = now.find((step) => step.status === 'indeterminate')
  const failed = now.find((step) => step.status === 'failed')
  if (run.purpose === 'deployment' && (failed || unknown)) {
    const which = failed ?? unknown
    return { ...moved, ...drain(now), ready: [], run: { status: 'failed', because: `${which?.key}: ${which?.because ?? 'failed'}` } }
  }
  if (unknown) return { ...moved, run: pauseOnce(run, `nobody knows whether ${unknown.key} happened: ${unknown.because ?? 'its agent went silent'}; say which, then resume`) }
  if (failed) return { ...moved, run: pauseOnce(run, `${failed.key} failed: ${failed.because ?? 'no reason was given'}; retry it, skip it with a reason, or abort`) }
  if (now.every((step) => isDone(step.status))) return { ...moved, run: { status: 'succeeded', because: null } }
  return moved
}

/** Everything that may start starts; what the command center does at once is done, and so is what that lets start, to the end of the chain. */
function goOn(steps: readonly StepState[]): Settlement {
  const byKey = new Map(steps.map((step) => [step.key, step]))
  const waitingFor = new Map(steps.map((step) => [step.key, step.after.filter((key) => !isDone(byKey.get(key)?.status ?? 'blocked')).length]))
  const dependents = new Map<string, StepState[]>()
  for (const step of steps) {
    for (const key of step.after) {
      const others = dependents.get(key)
      if (others) others.push(step)
      else dependents.set(key, [step])
    }
  }
  const ready: string[] = []
  const done: { key: string; because: string | null }[] = []
  const failed: { key: string; because: string }[] = []
  const notices: { key: string; say: string }[] = []
  const waits: { key: string; ms: number }[] = []
  const measures: string[] = []

  const queue = steps.filter((step) => (step.status === 'blocked' && waitingFor.get(step.key) === 0) || (step.status === 'ready' && step.center))
  for (let step = queue.shift(); step; step = queue.shift()) {
    const { key, center, status } = step
    const says: CenterAnswer = center ? centerStep(center, status === 'ready') : { does: 'wait' }
    if ((says.does === 'wait' || says.does === 'measure') && status === 'blocked') ready.push(key)
    if (says.does === 'wait' && says.ms !== undefined) waits.push({ key, ms: says.ms })
    if (says.does === 'measure') measures.push(key)
    if (says.does === 'fail') failed.push({ key, because: says.because })
    if (says.does !== 'end') continue
    done.push({ key, because: says.because })
    if (says.notice !== undefined) notices.push({ key, say: says.notice })
    for (const next of dependents.get(key) ?? []) {
      const left = (waitingFor.get(next.key) ?? 0) - 1
      waitingFor.set(next.key, left)
      if (left === 0 && next.status === 'blocked') queue.push(next)
    }
  }
  return { ...nothing, ready, done, failed, notices, waits, measures }
}

/** The steps as they are once that has been done. */
function after(steps: readonly StepState[], { ready, done, failed }: Settlement): StepState[] {
  const next = new Map<string, { status: StepStatus; because: string | null }>([
    ...ready.map((key) => [key, { status: 'ready' as const, because: null }] as const),
    ...done.map(({ key, because }) => [key, { status: 'succeeded' as const, because }] as const),
    ...failed.map(({ key, because }) => [key, { status: 'failed' as const, because }] as const),
  ])
  return steps.map((step) => ({ ...step, ...next.get(step.key) }))
}

const pauseOnce = (run: RunState, because: string): Settlement['run'] => (run.status === 'running' ? { status: 'paused', because } : null)

/** Nothing new starts; what an agent holds is asked to stop, and is `cancelling` until the agent says that it has. */
const drain = (steps: readonly StepState[]): Pick<Settlement, 'cancelled' | 'cancelling'> => ({
  cancelled: steps.filter((step) => step.status === 'blocked' || step.status === 'ready').map((step) => step.key),
  cancelling: steps.filter((step) => step.status === 'leased').map((step) => step.key),
})
