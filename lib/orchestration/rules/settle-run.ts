import { centerStep } from './center-step.ts'
import type { Effect, MachineStep, RunState } from './run-state.ts'
import { atIssue, atRest, isDone, isOver, withSteps } from './run-state.ts'
import { takenBack } from './undo-steps.ts'

export interface Settled {
  state: RunState
  effects: readonly Effect[]
}

/**
 * The last part of every turn. Level-triggered: looks at what is and says what follows, so that a crash between two changes
 * needs no repair. A rollback never goes past a step that failed or whose outcome is not known: it pauses for a person. A
 * deployment gives up instead: going forward can wait, and what it left behind is what rollbacks are for.
 */
export function settleRun(state: RunState): Settled {
  if (state.status === 'pending' || state.status === 'succeeded') return { state, effects: [] }
  if (isOver(state.status)) return { state: drain(state), effects: [] }
  const moved = state.status === 'running' && !atIssue(state).some(holdsUp) ? goOn(state) : { state, effects: [] }
  const next = conclude(moved.state)
  return { state: isOver(next.status) ? drain(next) : next, effects: moved.effects }
}

const holdsUp = ({ status }: MachineStep): boolean => status === 'failed' || status === 'indeterminate' || status === 'cancelled'

/** What its steps mean for the run as a whole. */
function conclude(state: RunState): RunState {
  const steps = atIssue(state)
  const unknown = steps.find((step) => step.status === 'indeterminate')
  const failed = steps.find((step) => step.status === 'failed')
  const trouble = failed ?? unknown
  if (state.purpose === 'deployment' && trouble) return { ...state, status: 'failed', because: `${trouble.key}: ${trouble.because ?? 'failed'}` }
  if (unknown) return pausedOnce(state, `nobody knows whether ${unknown.key} happened: ${unknown.because ?? 'its agent went silent'}; say which, then resume`)
  if (failed) return pausedOnce(state, `${failed.key} failed: ${failed.because ?? 'no reason was given'}; retry it, skip it with a reason, or abort`)
  if (!steps.every((step) => isDone(step.status))) return state
  return state.compensating ? { ...state, status: 'aborted', because: takenBack(state) } : { ...state, status: 'succeeded', because: null }
}

const pausedOnce = (state: RunState, because: string): RunState => (state.status === 'running' ? { ...state, status: 'paused', because } : state)

/** Nothing new starts; what an agent holds is asked to stop, and is `cancelling` until the agent says that it has. */
function drain(state: RunState): RunState {
  const changes = new Map<string, Partial<MachineStep>>()
  for (const { key, status, cancelling } of state.steps) {
    if (status === 'blocked' || status === 'ready') changes.set(key, { ...atRest, status: 'cancelled', because: state.because ?? 'the run ended' })
    if (status === 'leased' && !cancelling) changes.set(key, { cancelling: true })
  }
  return withSteps(state, changes)
}

/** Everything that may start starts; what the command center does at once is done, and so is what that lets start, to the end of the chain. Linear in steps and edges. */
function goOn(state: RunState): Settled {
  const steps = atIssue(state)
  const changes = new Map<string, Partial<MachineStep>>()
  const effects: Effect[] = []
  const { waitingFor, dependents } = graphOf(steps)
  const queue = steps.filter((step) => (step.status === 'blocked' && waitingFor.get(step.key) === 0) || (step.status === 'ready' && step.center))
  for (let n = 0; n < queue.length; n++) {
    const step = queue[n] as MachineStep
    const change = step.center ? centerTurn(step, step.center, effects) : { status: 'ready' as const }
    if (change) changes.set(step.key, change)
    if (change?.status !== 'succeeded') continue
    for (const next of dependents.get(step.key) ?? []) {
      const left = (waitingFor.get(next.key) ?? 0) - 1
      waitingFor.set(next.key, left)
      if (left === 0 && next.status === 'blocked') queue.push(next)
    }
  }
  return { state: withSteps(state, changes), effects }
}

/** What becomes of a step of the command center that may go on; null where nothing changes. */
function centerTurn(step: MachineStep, center: NonNullable<MachineStep['center']>, effects: Effect[]): Partial<MachineStep> | null {
  const begun = step.status === 'ready'
  const says = centerStep(center, begun, step.waitLeftMs)
  switch (says.does) {
    case 'end':
      if (says.announce !== undefined) effects.push({ do: 'announce', key: step.key, say: says.announce })
      return { status: 'succeeded', because: null, waitLeftMs: null }
    case 'fail':
      return { status: 'failed', because: says.because, waitLeftMs: null }
    case 'measure':
      effects.push({ do: 'measure', key: step.key })
      return begun ? null : { status: 'ready' }
    case 'wait':
      if (says.ms !== undefined) return { status: 'ready', waitLeftMs: says.ms }
      return begun ? null : { status: 'ready' }
  }
}

/** How many each step still waits for, and who waits for it. */
function graphOf(steps: readonly MachineStep[]): { waitingFor: Map<string, number>; dependents: Map<string, MachineStep[]> } {
  const done = new Set(steps.filter((step) => isDone(step.status)).map((step) => step.key))
  const waitingFor = new Map<string, number>()
  const dependents = new Map<string, MachineStep[]>()
  for (const step of steps) {
    if (step.status !== 'blocked') continue
    const open = step.after.filter((key) => !done.has(key))
    waitingFor.set(step.key, open.length)
    for (const key of open) {
      const others = dependents.get(key)
      if (others) others.push(step)
      else dependents.set(key, [step])
    }
  }
  return { waitingFor, dependents }
}
