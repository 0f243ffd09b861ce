import { expect, test } from 'vitest'
import { couldBe, coverageInWords, coverageOf } from './coverage.ts'

test.each([
  [90, 100, 0.826, 0.945],
  [0, 10, 0, 0.278],
  [10, 10, 0.722, 1],
])('%i of %i: the true share lies between %f and %f', (held, of, low, high) => {
  const coverage = coverageOf(held, of)
  expect(coverage.low).toBeCloseTo(low, 3)
  expect(coverage.high).toBeCloseTo(high, 3)
})

test('80 of 100 is not 90 %, 86 of 100 could be', () => {
  expect([80, 86, 95, 96].map((held) => couldBe(coverageOf(held, 100), 0.9))).toEqual([false, true, true, false])
  expect(coverageInWords(coverageOf(90, 100))).toBe('90 of 100, 90.0 % (95 % interval 82.6 % to 94.5 %)')
})

test('nothing judged is no figure', () => {
  expect(() => coverageOf(0, 0)).toThrow()
})
