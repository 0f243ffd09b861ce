import { expect, test } from 'vitest'
import { seeded } from '../random.ts'
import { percentile, untilNext } from './arrivals.ts'

test('shoppers come as often as asked for, on average', () => {
  const random = seeded('arrivals')
  const gaps = Array.from({ length: 20_000 }, () => untilNext(25, random()))
  expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(40, -1)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
})

test.each([
  [[], 0.95, null],
  [[7], 0.95, 7],
  [[3, 1, 2, 4], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
])('the percentile of %j at %d is %s', (numbers, share, expected) => {
  expect(percentile(numbers, share)).toBe(expected)
})
