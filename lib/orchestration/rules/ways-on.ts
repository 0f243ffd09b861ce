import type { MachineStep, RunState } from './run-state.ts'
import { atIssue } from './run-state.ts'
import { whyNotUndo } from './undo-steps.ts'
import { saidBy } from './center-step.ts'
import type { WayOn } from '../view.ts'

const perStep = 12

/** What a person can do next, the most useful first. The machine refuses whatever is not here. */
export function waysOn(state: RunState): WayOn[] {
  const undo: WayOn[] = whyNotUndo(state) ? [] : [{ command: 'run.compensate', step: null, say: 'take back what was done, in the opposite order' }]
  switch (state.status) {
    case 'pending':
    case 'succeeded':
      return []
    case 'failed':
    case 'aborted':
      return [...waiting(state), ...undo]
    case 'running':
      return [...waiting(state), { command: 'run.pause', step: null, say: 'start nothing new' }, { command: 'run.abort', step: null, say: 'end it where it stands' }]
    case 'paused':
      return [...(mayResume(state) ? [{ command: 'run.resume', step: null, say: 'go on from where it stands' } satisfies WayOn] : []), ...waiting(state), ...undo, { command: 'run.abort', step: null, say: 'end it where it stands' }]
  }
}

/** Resuming is refused while a step needs a word, or an agent has not yet said that it stopped. */
const mayResume = (state: RunState): boolean =>
  !state.steps.some((step) => step.cancelling) && !atIssue(state).some(({ status, repeatable }) => status === 'failed' || status === 'indeterminate' || (status === 'cancelled' && !repeatable))

const waiting = (state: RunState): WayOn[] => atIssue(state).flatMap((step) => ofStep(step, state)).slice(0, perStep)

function ofStep(step: MachineStep, { status: run }: RunState): WayOn[] {
  const way = (command: WayOn['command'], say: string): WayOn => ({ command, step: step.key, say })
  const paused = run === 'paused'
  switch (step.status) {
    case 'indeterminate':
      return [way('step.settle', `say whether ${step.key} happened`), ...(paused ? [way('step.retry', `do ${step.key} again`), way('step.skip', `go on without ${step.key}`)] : [])]
    case 'failed':
      return paused ? [way('step.retry', `do ${step.key} again`), way('step.skip', `go on without ${step.key}`)] : []
    case 'cancelled':
      return paused && !step.repeatable ? [way('step.retry', `do ${step.key} again: it was stopped in the middle`), way('step.skip', `go on without ${step.key}`)] : []
    case 'ready':
      if (run !== 'running' && !paused) return []
      if (step.center?.kind === 'manual') return [way('step.confirm', `say that this is done: ${saidBy(step.center.params)}`)]
      return step.center?.kind === 'approve' ? [way('step.approve', `agree: ${saidBy(step.center.params)}`)] : []
    case 'blocked':
    case 'leased':
    case 'succeeded':
    case 'skipped':
      return []
  }
}
