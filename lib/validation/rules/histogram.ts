import type { Histogram } from '../model.ts'

/**
 * Adds up histograms. Those with other bounds than the last are left out: a release that changes its buckets starts
 * anew, and counts cannot be moved between buckets honestly.
 */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram | null {
  const last = histograms.at(-1)
  if (!last) return null
  const counts = last.counts.map(() => 0)
  for (const one of histograms) {
    if (one !== last && !sameBounds(one.bounds, last.bounds)) continue
    for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (one.counts[i] ?? 0)
  }
  return { bounds: last.bounds, counts }
}

const sameBounds = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((bound, i) => bound === b[i])

/**
 * The q-quantile of what a histogram counted, interpolated linearly inside its bucket, as Prometheus' `histogram_quantile`
 * does (prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile): the first bucket begins at 0, and what
 * lies above the last bound is answered with that bound. Null where nothing was counted.
 */
export function quantile(q: number, { bounds, counts }: Histogram): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0 || bounds.length === 0) return null
  const rank = Math.min(1, Math.max(0, q)) * total
  let below = 0
  for (let i = 0; i < bounds.length; i++) {
    const count = counts[i] ?? 0
    if (count > 0 && below + count >= rank) {
      const low = i === 0 ? 0 : (bounds[i - 1] ?? 0)
      return low + ((bounds[i] ?? 0) - low) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1) ?? null
}
