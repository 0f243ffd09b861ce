import type { ReleaseView } from '#lib/releases/view.ts'

export interface Readiness {
  verdict: 'good' | 'some' | 'none' | 'quarantined'
  where: string[]
  /** Where it runs without being that. */
  rest: string[]
}

/** Whether one can go back to a release: only where it is the last known good, never while it is in quarantine, and nowhere by hope. */
export function readiness({ knownGoodOn, runningOn, quarantine }: Pick<ReleaseView, 'knownGoodOn' | 'runningOn' | 'quarantine'>): Readiness {
  if (quarantine) return { verdict: 'quarantined', where: [], rest: runningOn }
  const rest = runningOn.filter((target) => !knownGoodOn.includes(target))
  return { verdict: knownGoodOn.length === 0 ? 'none' : rest.length ? 'some' : 'good', where: knownGoodOn, rest }
}
