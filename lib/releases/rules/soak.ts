import type { DeploymentStatus } from '../model.ts'

export interface SoakFacts {
  status: DeploymentStatus
  soakUntil: Date | null
  knownGoodAt: Date | null
  spoiledAt: Date | null
  /** The release that this deployment brought is still the one that should run. */
  stillDesired: boolean
  /** Null = not seen lately: not known. */
  runsOnlyIt: boolean | null
  /** A rule in breach there now, or one that was while this release ran. */
  breached: boolean
  /** Somebody, or a rollback, has said that the release is bad. */
  quarantined: boolean
}

/** Whether a release has become known good on a target, or why not (yet). What is not known is never good. */
export function judgeSoak(facts: SoakFacts, now: Date): { good: true } | { good: false; because: string } {
  const no = (because: string): { good: false; because: string } => ({ good: false, because })
  if (facts.knownGoodAt) return no('it is known good already')
  if (facts.spoiledAt) return no('a rule was in breach while it soaked')
  if (facts.status !== 'succeeded') return no(`its deployment is ${facts.status}, not succeeded`)
  if (!facts.soakUntil) return no('its soak has not begun')
  if (facts.soakUntil > now) return no(`its soak ends at ${facts.soakUntil.toISOString()}`)
  if (!facts.stillDesired) return no('another release should run there now')
  if (facts.runsOnlyIt === null) return no('no agent has seen the target lately, so what runs there is not known')
  if (!facts.runsOnlyIt) return no('something else runs there')
  if (facts.quarantined) return no('the release is in quarantine')
  if (facts.breached) return no('a rule is or was in breach there')
  return { good: true }
}
