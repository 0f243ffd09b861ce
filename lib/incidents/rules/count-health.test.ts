import { expect, test } from 'vitest'
import { countHealth } from './count-health.ts'

test('every target is counted once, and only a good one as good', () => {
  expect(countHealth(['good', 'good', 'working', 'degraded', 'bad', 'unknown'])).toEqual({ targets: 6, good: 2, degraded: 2, bad: 1, unknown: 1 })
  expect(countHealth([])).toEqual({ targets: 0, good: 0, degraded: 0, bad: 0, unknown: 0 })
})
