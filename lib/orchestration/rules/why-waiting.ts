import { approvalsWanted, saidBy } from './center-step.ts'
import type { RunState, StepState } from './settle-run.ts'

/** Whether anybody could take a step: is an agent of its region heard of, and if not, when was the last. */
export interface Hands {
  live: boolean
  lastSeenAt: string | null
}

/** What is known of one step besides its state. */
export interface Waiting {
  hands: Hands
  /** Not before then, ISO 8601. */
  notBefore: string | null
  /** Who has agreed so far. */
  approvals: readonly string[]
}

/** Why a step is not moving, in a sentence; null where it is done or at work. */
export function whyWaiting(step: StepState, run: RunState, steps: readonly StepState[], { hands, notBefore, approvals }: Waiting): string | null {
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
      if (step.center) return whyCenterWaits(step.center, notBefore, approvals)
      if (notBefore && step.because) return step.because
      if (hands.live) return 'waiting for an agent of its region'
      return hands.lastSeenAt ? `no agent of its region reports, the last one at ${clock(hands.lastSeenAt)}: start one` : 'its region has no agent: enrol one'
    case 'blocked': {
      const missing = step.after.filter((key) => !steps.some((other) => other.key === key && (other.status === 'succeeded' || other.status === 'skipped')))
      return missing.length ? `waits for ${missing.join(' and ')}` : `the run is ${run.status}`
    }
  }
}

function whyCenterWaits({ kind, params }: NonNullable<StepState['center']>, notBefore: string | null, approvals: readonly string[]): string {
  switch (kind) {
    case 'wait':
      return notBefore ? `waits until ${clock(notBefore)}` : 'waits for its time'
    case 'validate':
      return 'measures whether what moved is as well as before'
    case 'manual':
      return `waits for a person who does this and says so: ${saidBy(params)}`
    case 'approve':
      return `waits for ${approvalsWanted(params) - approvals.length} more who agree${approvals.length ? `, after ${approvals.join(' and ')}` : ''}: ${saidBy(params)}`
    default:
      return 'is done in a moment'
  }
}

const clock = (iso: string): string => `${iso.slice(11, 19)}Z`
