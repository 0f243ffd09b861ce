import type { IncidentStatus } from '../view.ts'

export interface ResolveFacts {
  status: IncidentStatus
  /** The newest rollback of this incident. */
  run: { status: 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted' } | null
  validation: { status: 'measuring' | 'done'; verdict: 'pass' | 'fail' | 'no data' | null } | null
  openBreaches: number
  /** It broke again after that validation: what was proven then is proven no longer. */
  regressed: boolean
}

/** `by: proof` needs nothing more; `by: word` needs the commander and a reason. */
export type Resolvable = { ok: true; by: 'proof' | 'word'; because: string } | { ok: false; because: string }

/**
 * Over means proven over. Where there is nothing to prove (no rollback took place) or nothing could be measured, the
 * commander may say so, with a reason; a failed validation or a breach that is still open cannot be talked away.
 */
export function resolvable({ status, run, validation, openBreaches, regressed }: ResolveFacts): Resolvable {
  const no = (because: string): Resolvable => ({ ok: false, because })
  if (status === 'resolved' || status === 'closed') return no(`the incident is ${status} already`)
  if (status === 'monitoring') {
    if (validation?.verdict !== 'pass') return no('the incident is monitoring but its validation has not passed')
    // Proven where it was rolled back; a rule may still see trouble elsewhere, or has not looked long enough.
    return openBreaches > 0 ? no(`the validation passed, and ${stillInBreach(openBreaches)}`) : { ok: true, by: 'proof', because: 'the validation passed' }
  }
  if (run && (run.status === 'pending' || run.status === 'running')) return no('the rollback is still running')
  if (run?.status === 'paused') return no('the rollback is paused half-way: resume or abort it first')
  if (run?.status === 'succeeded' && !regressed) {
    if (!validation || validation.status === 'measuring') return no('the rollback is done, but it is not yet measured whether that helped')
    if (validation.verdict === 'fail') return no('the validation failed: the rollback is done and the service is still worse than before')
    if (validation.verdict === 'pass') return no('the validation passed; the incident moves to monitoring in a moment')
  }
  if (openBreaches > 0) return no(stillInBreach(openBreaches))
  return {
    ok: true,
    by: 'word',
    because: regressed ? 'it came back after a passed validation: the commander may resolve it with a reason' : run?.status === 'succeeded' ? 'there was too little data to prove it: the commander may resolve it with a reason' : 'no rollback was completed: the commander may resolve it with a reason',
  }
}

const stillInBreach = (open: number): string => `${open === 1 ? 'a rule is' : `${open} rules are`} still in breach`
