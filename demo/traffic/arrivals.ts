/** Milliseconds until the next shopper of a Poisson stream with `perSecond` on average. */
export const untilNext = (perSecond: number, chance: number): number => (-Math.log(1 - chance) / perSecond) * 1_000

/** The value that `share` of the numbers do not exceed; null where there are none. */
export function percentile(numbers: readonly number[], share: number): number | null {
  if (numbers.length === 0) return null
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? null
}
