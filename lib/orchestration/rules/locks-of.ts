import type { PlanDocument } from '../model.ts'

/** What a run of a plan holds alone, and what it only shares: each name once, and nothing in both. */
export function locksOf({ environment, moves, locks }: Pick<PlanDocument, 'environment' | 'moves' | 'locks'>): { exclusive: string[]; shared: string[] } {
  // What moves is locked whether the document says so or not.
  const exclusive = new Set([...moves.map((move) => `target:${environment}/${move.service}/${move.region}`), ...locks.exclusive])
  return { exclusive: [...exclusive], shared: [...new Set(locks.shared)].filter((name) => !exclusive.has(name)) }
}
