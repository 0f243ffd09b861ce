import { expect, test } from 'vitest'
import { failingPerMinute, trendOf } from './trend.ts'

test.each([
  [null, 10, 'unknown'],
  [10, null, 'unknown'],
  [100, 100, 'steady'],
  [120, 100, 'steady'],
  [126, 100, 'rising'],
  [74, 100, 'falling'],
  [1, 0, 'steady'],
  [2, 0, 'rising'],
  [0, 2, 'falling'],
] as const)('%s a minute after %s is %s', (now, before, trend) => {
  expect(trendOf(now, before)).toBe(trend)
})

test.each([
  ['one target', ['a'], [{ targetId: 'a', errors: 3, seconds: 15 }], 12],
  ['several', ['a', 'b'], [{ targetId: 'a', errors: 3, seconds: 15 }, { targetId: 'b', errors: 0, seconds: 15 }], 12],
  ['a silent target', ['a', 'b'], [{ targetId: 'a', errors: 0, seconds: 15 }], null],
  ['no target', [], [], null],
  ['an empty measurement', ['a'], [{ targetId: 'a', errors: 0, seconds: 0 }], null],
] as const)('failing requests a minute of %s', (_which, ids, measured, expected) => {
  expect(failingPerMinute(ids, measured)).toBe(expected)
})
