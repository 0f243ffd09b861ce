import type { RunStatus, StepStatus } from '../view.ts'

/** As much of a step as the run's state depends on. */
export interface StepState {
  key: string
  status: StepStatus
  after: readonly string[]
  because: string | null
}

export interface RunState {
  status: RunStatus
  purpose: 'rollback' | 'deployment'
}

/** What has to change now. Empty lists and a null run mean that all is as it should be. */
export interface Settlement {
  ready: readonly string[]
  cancelled: readonly string[]
  /** Leased steps whose agent is to be told to stop. */
  cancelling: readonly string[]
  run: { status: RunStatus; because: string | null } | null
}

const isDone = (status: StepStatus): boolean => status === 'succeeded' || status === 'skipped'
const nothing: Settlement = { ready: [], cancelled: [], cancelling: [], run: null }

/**
 * Level-triggered: looks at what is and says what follows, so that a crash between two changes needs no repair.
 * A rollback never goes past a step that failed or whose outcome is not known: it pauses for a person. A deployment
 * gives up instead: going forward can wait, and what it left behind is what rollbacks are for.
 */
export function settleRun(run: RunState, steps: readonly StepState[]): Settlement {
  if (run.status === 'succeeded' || run.status === 'failed') return nothing
  if (run.status === 'aborted') return { ...nothing, ...drain(steps) }
  if (run.status === 'pending') return nothing

  const unknown = steps.find((step) => step.status === 'indeterminate')
  const failed = steps.find((step) => step.status === 'failed')
  const stopped = steps.find((step) => step.status === 'cancelled')
  if (run.purpose === 'deployment' && (failed || unknown)) {
    const which = failed ?? unknown
    return { ...drain(steps), ready: [], run: { status: 'failed', because: `${which?.key}: ${which?.because ?? 'failed'}` } }
  }
  if (unknown) return pauseOnce(run, `nobody knows whether ${unknown.key} happened: ${unknown.because ?? 'its agent went silent'}; say which, then resume`)
  if (failed) return pauseOnce(run, `${failed.key} failed: ${failed.because ?? 'no reason was given'}; retry it, skip it with a reason, or abort`)
  if (steps.every((step) => isDone(step.status))) return { ...nothing, run: { status: 'succeeded', because: null } }
  if (run.status !== 'running' || stopped) return nothing

  const done = new Set(steps.filter((step) => isDone(step.status)).map((step) => step.key))
  return { ...nothing, ready: steps.filter((step) => step.status === 'blocked' && step.after.every((key) => done.has(key))).map((step) => step.key) }
}

const pauseOnce = (run: RunState, because: string): Settlement => ({ ...nothing, run: run.status === 'running' ? { status: 'paused', because } : null })

/** Nothing new starts; what an agent holds is asked to stop, and is `cancelling` until the agent says that it has. */
const drain = (steps: readonly StepState[]): Pick<Settlement, 'cancelled' | 'cancelling'> => ({
  cancelled: steps.filter((step) => step.status === 'blocked' || step.status === 'ready').map((step) => step.key),
  cancelling: steps.filter((step) => step.status === 'leased').map((step) => step.key),
})

/** Whether anybody could take a step: is an agent of its region heard of, and if not, when was the last. */
export interface Hands {
  live: boolean
  lastSeenAt: string | null
}

/** Why a step is not moving, in a sentence; null where it is done or at work. */
export function whyWaiting(step: StepState, run: RunState, steps: readonly StepState[], hands: Hands): string | null {
  switch (step.status) {
    case 'succeeded':
    case 'skipped':
    case 'leased':
      return null
    case 'failed':
    case 'indeterminate':
    case 'cancelled':
      return step.because
    case 'ready':
      if (run.status !== 'running') return `the run is ${run.status}`
      if (hands.live) return 'waiting for an agent of its region'
      return hands.lastSeenAt ? `no agent of its region reports, the last one at ${hands.lastSeenAt.slice(11, 19)}Z: start one` : 'its region has no agent: enrol one'
    case 'blocked': {
      const missing = step.after.filter((key) => !steps.some((other) => other.key === key && isDone(other.status)))
      return missing.length ? `waits for ${missing.join(' and ')}` : `the run is ${run.status}`
    }
  }
}
