import type { DecisionOption, DecisionOutcome } from '../model.ts'

export interface NotTaken {
  kind: DecisionOption['kind']
  because: string
}

/** The ways that were not gone, each with why: it was not possible, somebody said so, or nobody did, and then that is what stands there. */
export function notTaken(options: readonly DecisionOption[], outcome: DecisionOutcome | null, because: string | null, reason: string | null): NotTaken[] {
  if (outcome === null) return []
  return options.flatMap((option): NotTaken[] => {
    if (option.kind === 'roll-back') return outcome === 'approved' ? [] : [{ kind: option.kind, because: because ?? words[outcome] }]
    if (!option.possible) return [{ kind: option.kind, because: option.because }]
    return [{ kind: option.kind, because: outcome === 'approved' ? (reason ?? 'it was possible, and nobody said why not') : 'nothing was decided about it' }]
  })
}

const words: Record<Exclude<DecisionOutcome, 'approved'>, string> = {
  rejected: 'it was rejected',
  withdrawn: 'whoever asked took it back',
  expired: 'not enough people agreed in time',
  void: 'it was no longer the plan',
  superseded: 'a newer plan took its place',
}
