import { approvalsWanted, saidBy } from './center-step.ts'
import type { MachineStep, RunState } from './run-state.ts'
import { isDone } from './run-state.ts'

/** Whether anybody in a region could take a step. */
export interface Hands {
  /** An agent is heard of; if not, when the last one was (ISO 8601). */
  live: boolean
  lastSeenAt: string | null
  /** Kinds that those who are heard of may do. */
  kinds: readonly string[]
  /** One of them has a hand free. */
  free: boolean
  /** How many steps are at work there, and how many may be. */
  atWork: number
  mostAtWork: number
}

export const nobody: Hands = { live: false, lastSeenAt: null, kinds: [], free: false, atWork: 0, mostAtWork: 0 }

/** What is known of one step besides its state. */
export interface Waiting {
  kind: string
  region: string
  hands: Hands
  /** Not before then, ISO 8601. */
  notBefore: string | null
  /** Why it comes after another one, by that one's key. */
  reasons: ReadonlyMap<string, string>
}

/** Why a step is not moving, in a sentence; null where it is done or at work. */
export function whyWaiting(step: MachineStep, state: RunState, facts: Waiting): string | null {
  switch (step.status) {
    case 'succeeded':
    case 'skipped':
      return step.because
    case 'leased':
      return step.cancelling ? 'its agent has been told to stop and has not yet said that it has' : null
    case 'failed':
    case 'indeterminate':
    case 'cancelled':
      return step.because
    case 'ready':
      if (state.status !== 'running') return whyRunStands(state)
      if (step.center) return whyCenterWaits(step.center, facts.notBefore)
      return (facts.notBefore ? step.because : null) ?? whyNobodyTakesIt(facts)
    case 'blocked':
      return whyBlocked(step, state, facts.reasons) ?? whyRunStands(state)
  }
}

const whyRunStands = (state: RunState): string => (state.because ? `the run is ${state.status}: ${state.because}` : `the run is ${state.status}`)

/** How many of those that it waits for are named. */
const named = 3

function whyBlocked(step: MachineStep, state: RunState, reasons: ReadonlyMap<string, string>): string | null {
  const byKey = new Map(state.steps.map((one) => [one.key, one]))
  const missing = step.after.filter((key) => !isDone(byKey.get(key)?.status ?? 'blocked'))
  if (missing.length === 0) return null
  const said = missing.slice(0, named).map((key) => (reasons.get(key) ? `${key} (${reasons.get(key)})` : key))
  return `waits for ${said.join(' and ')}${missing.length > named ? ` and ${missing.length - named} more` : ''}`
}

function whyNobodyTakesIt({ kind, region, hands }: Waiting): string {
  if (!hands.live) return hands.lastSeenAt ? `no agent of its region reports, the last one at ${clock(hands.lastSeenAt)}: start one` : 'its region has no agent: enrol one'
  if (!hands.kinds.includes(kind)) return `no agent of its region does ${kind}: allow it on one`
  if (hands.atWork >= hands.mostAtWork) return `${hands.atWork} steps are at work in ${region}, and no more run there at once`
  return hands.free ? 'waiting for an agent of its region' : 'every agent of its region has its hands full'
}

function whyCenterWaits({ kind, params, voices }: NonNullable<MachineStep['center']>, notBefore: string | null): string {
  switch (kind) {
    case 'wait':
      return notBefore ? `waits until ${clock(notBefore)}` : 'waits for its time'
    case 'validate':
      return 'measures whether what moved is as well as before'
    case 'manual':
      return `waits for a person who does this and says so: ${saidBy(params)}`
    case 'approve':
      return `waits for ${approvalsWanted(params) - voices.length} more who agree${voices.length ? `, after ${voices.map((voice) => voice.name).join(' and ')}` : ''}: ${saidBy(params)}`
    case 'barrier':
    case 'notify':
      return 'is done in a moment'
  }
}

const clock = (iso: string): string => `${iso.slice(11, 19)}Z`
