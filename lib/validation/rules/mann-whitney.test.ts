import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mannWhitney, upperTail } from './mann-whitney.ts'

describe('the rank test', () => {
  test('counts the pairs in which the observed is larger', () => {
    const baseline = [1, 3, 5, 7, 9]
    const observed = [4, 6, 8, 10, 12]
    const larger = observed.reduce((sum, o) => sum + baseline.filter((b) => o > b).length, 0)
    const result = mannWhitney(baseline, observed)
    expect(result?.effect).toBeCloseTo(larger / 25, 12)
    expect(result?.greater).toBeCloseTo(upperTail((larger - 12.5 - 0.5) / Math.sqrt((25 * 11) / 12)), 12)
  })

  test('counts a tie as half and corrects the variance for it', () => {
    const result = mannWhitney([1, 2, 2, 3], [2, 2, 3, 4])
    expect(result?.effect).toBeCloseTo((1 + 2 / 2 + (1 + 2 / 2) + (3 + 1 / 2) + 4) / 16, 12)
    const variance = (16 / 12) * (9 - (4 ** 3 - 4 + 2 ** 3 - 2) / (8 * 7))
    expect(result?.greater).toBeCloseTo(upperTail(((result?.effect ?? 0) * 16 - 8 - 0.5) / Math.sqrt(variance)), 12)
  })

  test('sees nothing where all values are the same', () => expect(mannWhitney([2, 2, 2], [2, 2])).toEqual({ effect: 0.5, greater: 1, either: 1 }))
  test.each([[[], []], [[1], []], [[], [1]]])('of %j and %j is not known', (a, b) => expect(mannWhitney(a, b)).toBeNull())

  test('gives probabilities, and the mirrored effect for the mirrored question', () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const one = mannWhitney(a, b)
        const other = mannWhitney(b, a)
        return one !== null && other !== null && [one.effect, one.greater, one.either].every((p) => p >= 0 && p <= 1) && Math.abs(one.effect + other.effect - 1) < 1e-9 && Math.abs(one.either - other.either) < 1e-9
      }),
    )
  })
})

test.each([
  [0, 0.5],
  [1, 0.158655254],
  [1.644854, 0.05],
  [1.959964, 0.025],
  [-1, 0.841344746],
  [5, 2.86651572e-7],
])('the upper tail at %d', (z, p) => expect(Math.abs(upperTail(z) - p) / p).toBeLessThan(1e-5))
