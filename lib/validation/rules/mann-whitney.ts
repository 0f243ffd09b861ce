export interface RankTest {
  /** Probability that a random `observed` is larger than a random `baseline`, ties counting half; 0.5 = no difference. */
  effect: number
  /** One-sided: how likely an effect at least this large is if both come from the same distribution. */
  greater: number
  /** Two-sided. */
  either: number
}

/**
 * Rank test of Mann and Whitney (Ann. Math. Statist. 18, 1947, p. 50) with normal approximation, continuity correction and
 * the usual correction of the variance for ties. The effect is U/(nm), known as Vargha and Delaney's A (J. Educ. Behav.
 * Stat. 25, 2000, p. 101). Assumes no shape: latencies and error rates are anything but normal. Null where a side is empty.
 */
export function mannWhitney(baseline: readonly number[], observed: readonly number[]): RankTest | null {
  const n = baseline.length
  const m = observed.length
  if (n === 0 || m === 0) return null
  const all = [...baseline.map((value) => ({ value, mine: false })), ...observed.map((value) => ({ value, mine: true }))].sort((a, b) => a.value - b.value)
  let rankSum = 0
  let ties = 0
  for (let i = 0; i < all.length; ) {
    let end = i
    let mine = 0
    while (end < all.length && all[end]?.value === all[i]?.value) if (all[end++]?.mine) mine++
    const size = end - i
    // Equal values share the mean of the ranks they take up.
    rankSum += mine * ((i + 1 + end) / 2)
    ties += size ** 3 - size
    i = end
  }
  const u = rankSum - (m * (m + 1)) / 2
  const total = n + m
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  const effect = u / (n * m)
  // Every value is the same: nothing speaks for a difference.
  if (!(variance > 0)) return { effect, greater: 1, either: 1 }
  const shift = u - (n * m) / 2
  const sigma = Math.sqrt(variance)
  return { effect, greater: upperTail((shift - 0.5) / sigma), either: Math.min(1, 2 * upperTail((Math.abs(shift) - 0.5) / sigma)) }
}

/** P(Z > z) of the standard normal distribution; erfc after Press et al., Numerical Recipes in C, 2nd ed., 6.2 (relative error < 1.2e-7). */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  const poly = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277].reduceRight((sum, c) => c + t * sum, 0)
  const half = (t * Math.exp(-x * x + poly)) / 2
  return z >= 0 ? half : 1 - half
}
