import { expect, test } from 'vitest'
import { readiness } from './readiness.ts'

test.each([
  [['a'], ['a'], 'good', []],
  [['a'], ['a', 'b'], 'some', ['b']],
  [[], ['a'], 'none', ['a']],
  [['a'], [], 'good', []],
  [[], [], 'none', []],
])('known good on %j, running on %j: %s', (knownGoodOn, runningOn, verdict, rest) => {
  expect(readiness({ knownGoodOn, runningOn })).toEqual({ verdict, where: knownGoodOn, rest })
})
