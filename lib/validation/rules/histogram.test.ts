import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeHistograms, quantile } from './histogram.ts'

const bounds = [0.1, 0.2, 0.4]

describe('a quantile', () => {
  test.each([
    ['of nothing is not known', 0.5, [0, 0, 0, 0], null],
    ['lies in the middle of the one bucket', 0.5, [0, 10, 0, 0], 0.15],
    ['begins the first bucket at zero', 0.5, [10, 0, 0, 0], 0.05],
    ['goes over empty buckets', 0.95, [10, 0, 10, 0], 0.38],
    ['above every bound is the last bound', 0.95, [0, 0, 1, 99], 0.4],
    ['at the edge is the bound', 0.5, [5, 0, 5, 0], 0.1],
    ['of 0 is where the counted begin', 0, [0, 4, 0, 0], 0.1],
    ['of 1 is where they end', 1, [0, 4, 0, 0], 0.2],
  ] as const)('%s', (_what, q, counts, expected) => {
    const value = quantile(q, { bounds, counts })
    if (expected === null) expect(value).toBeNull()
    else expect(value).toBeCloseTo(expected, 10)
  })

  test('grows with q, stays within the bounds and is never NaN', () => {
    const histogram = fc.array(fc.nat(1_000), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(histogram, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (counts, a, b) => {
        const [low, high] = [quantile(Math.min(a, b), { bounds, counts }), quantile(Math.max(a, b), { bounds, counts })]
        if (counts.every((count) => count === 0)) return low === null && high === null
        return low !== null && high !== null && low >= 0 && low <= high + 1e-12 && high <= 0.4
      }),
    )
  })
})

describe('merging', () => {
  test('adds counts', () => expect(mergeHistograms([{ bounds, counts: [1, 2, 3, 4] }, { bounds, counts: [1, 0, 0, 1] }])).toEqual({ bounds, counts: [2, 2, 3, 5] }))
  test('leaves out what was counted in other buckets than now', () => expect(mergeHistograms([{ bounds: [1], counts: [9, 9] }, { bounds, counts: [1, 0, 0, 1] }])?.counts).toEqual([1, 0, 0, 1]))
  test('of nothing is nothing', () => expect(mergeHistograms([])).toBeNull())
})
