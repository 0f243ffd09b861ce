/** What is left of many measurements. p99 of fewer than a hundred would be their largest under another name: then it is null. */
export interface Summary {
  n: number
  median: number
  p99: number | null
  min: number
  max: number
}

/** The smallest value that at least this share of the sorted values does not exceed. */
const atRank = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN

export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
  return { n: sorted.length, median: median ?? Number.NaN, p99: sorted.length >= 100 ? atRank(sorted, 0.99) : null, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN }
}
