import type { TargetView } from '#lib/catalog/view.ts'

/** Whether what was observed is still young enough to be called known. */
export const isStale = (target: TargetView, now: number | null): boolean => target.observationGoesStaleAt === null || (now !== null && Date.parse(target.observationGoesStaleAt) <= now)

/** What is shown as its health now: what has grown too old is not known, whatever it was. */
export const healthNow = (target: TargetView, now: number | null): TargetView['health'] => (target.health !== 'working' && isStale(target, now) ? 'unknown' : target.health)

export type NoRollback = 'noKnownGood' | 'alreadyGood' | 'running' | null

/** Why a rollback need not be asked for here; null where it can be. */
export function noRollback(target: TargetView): NoRollback {
  if (target.runId) return 'running'
  if (!target.lastKnownGood) return 'noKnownGood'
  const [only, ...others] = target.running
  return only && others.length === 0 && only.version === target.lastKnownGood.version ? 'alreadyGood' : null
}

/** The version that is not the known good one and runs most: the one that is under suspicion. */
export const suspect = (target: TargetView): string | null =>
  [...target.running].filter(({ version }) => version !== null && version !== target.lastKnownGood?.version).sort((a, b) => b.instances - a.instances)[0]?.version ?? null
