/** How often something held, and between which shares the true one lies with 95 % certainty (Wilson's interval). */
export interface Coverage {
  held: number
  of: number
  share: number
  low: number
  high: number
}

/** 90 of 100 → 0.9, between 0.826 and 0.945. */
export function coverageOf(held: number, of: number): Coverage {
  if (of === 0) throw new Error('nothing was judged')
  const z = 1.96
  const share = held / of
  const middle = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2))
  return { held, of, share, low: middle - half, high: middle + half }
}

/** Whether so many of so many may well be chance, if the true share were this. */
export const couldBe = ({ low, high }: Coverage, share: number): boolean => low <= share && share <= high

export const coverageInWords = ({ held, of, share, low, high }: Coverage): string => `${held} of ${of}, ${percent(share)} (95 % interval ${percent(low)} to ${percent(high)})`
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
