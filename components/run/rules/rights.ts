import type { Me, Why } from '#components/approval/rules/rights.ts'
import { whyNot } from '#components/approval/rules/rights.ts'
import type { RunView, StepView } from '#lib/orchestration/view.ts'

type Steered = Pick<RunView, 'status' | 'incident' | 'commander'>

/** Only the seat steers a run that belongs to an incident. */
export function whyNotSteer(me: Me | undefined, run: Steered): Why | null {
  const role = whyNot(me, 'run.steer')
  if (role || !run.incident) return role
  if (!run.commander) return { kind: 'seat-empty' }
  return run.commander.id === me?.id ? null : { kind: 'seat-taken', holder: run.commander.name }
}

/** A step is touched only while the run stands still. */
export const whyNotSteerStep = (me: Me | undefined, run: Steered): Why | null => whyNotSteer(me, run) ?? (run.status === 'paused' ? null : { kind: 'rule', because: 'pause the run first' })

export type StepMove = 'retry' | 'happened' | 'did-not-happen' | 'skip'

/** What may be done about a step: done again, called done or not done where nobody knows, or gone without. */
export function stepMoves(run: Pick<RunView, 'status'>, step: Pick<StepView, 'status' | 'cancelling'>): readonly StepMove[] {
  if (run.status !== 'paused' && run.status !== 'running') return []
  if (step.cancelling) return []
  switch (step.status) {
    case 'failed':
    case 'cancelled':
      return ['retry', 'skip']
    case 'indeterminate':
      return ['happened', 'did-not-happen', 'skip']
    default:
      return []
  }
}
