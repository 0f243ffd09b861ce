import type { Health } from '../view.ts'

export interface TargetFacts {
  /** How many instances there should be. */
  wanted: number
  /** Null = never observed. */
  observed: readonly { digest: string | null; state: string }[] | null
  /** Seen lately enough to be known. */
  fresh: boolean
  desired: { digest: string; version: string } | null
  /** Rules in breach here. */
  breaches: readonly string[]
  /** A run that is not over moves this target. */
  moving: boolean
}

/** What can be said of a target. What was not seen lately is unknown; a run in progress never hides a breach. */
export function healthOf({ wanted, observed, fresh, desired, breaches, moving }: TargetFacts): { health: Health; because: string } {
  if (!observed) return { health: 'unknown', because: 'no agent has ever seen it' }
  if (!fresh) return { health: 'unknown', because: 'no agent has seen it lately' }
  if (breaches.length > 0) return { health: 'bad', because: `in breach: ${breaches.join(', ')}` }
  const up = observed.filter((instance) => instance.state !== 'stopped')
  const healthy = up.filter((instance) => instance.state === 'healthy').length
  if (healthy === 0) return { health: 'bad', because: moving ? 'no instance is healthy; a run is moving it' : 'no instance is healthy' }
  if (moving) return { health: 'working', because: `a run is moving it; ${healthy} of ${wanted} instances are healthy` }
  if (healthy < up.length || healthy < wanted) return { health: 'degraded', because: `${healthy} of ${Math.max(wanted, up.length)} instances are healthy` }
  if (desired && up.some((instance) => instance.digest !== desired.digest)) {
    const other = up.filter((instance) => instance.digest !== desired.digest).length
    return { health: 'degraded', because: `${other} of ${up.length} instances run something else than ${desired.version}` }
  }
  if (!desired && new Set(up.map((instance) => instance.digest)).size > 1) return { health: 'degraded', because: 'its instances run different releases, and none has been said to be the right one' }
  return { health: 'good', because: desired ? `${healthy} of ${wanted} instances are healthy and run ${desired.version}` : `${healthy} of ${wanted} instances are healthy; no release has been said to be the right one` }
}

/** Instances by the bytes they run; stopped ones run nothing. */
export function runningOf(observed: readonly { digest: string | null; state: string }[], versionOf: (digest: string) => string | null): { digest: string; version: string | null; instances: number; healthy: number }[] {
  const counts = new Map<string, { instances: number; healthy: number }>()
  for (const { digest, state } of observed) {
    if (state === 'stopped') continue
    const count = counts.get(digest ?? 'unknown') ?? { instances: 0, healthy: 0 }
    counts.set(digest ?? 'unknown', { instances: count.instances + 1, healthy: count.healthy + (state === 'healthy' ? 1 : 0) })
  }
  return [...counts].map(([digest, count]) => ({ digest, version: versionOf(digest), ...count })).sort((a, b) => b.instances - a.instances || a.digest.localeCompare(b.digest))
}
