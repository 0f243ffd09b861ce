import { expect, test } from 'vitest'
import { readiness } from './readiness.ts'

test.each([
  [['a'], ['a'], 'good', []],
  [['a'], ['a', 'b'], 'some', ['b']],
  [[], ['a'], 'none', ['a']],
  [['a'], [], 'good', []],
  [[], [], 'none', []],
])('known good on %j, running on %j: %s', (knownGoodOn, runningOn, verdict, rest) => {
  expect(readiness({ knownGoodOn, runningOn, quarantine: null })).toEqual({ verdict, where: knownGoodOn, rest })
})

test('nobody goes back to what is in quarantine, wherever it was known good', () => {
  const quarantine = { because: 'wrong prices', by: 'Casey', at: '2026-01-01T10:00:00Z', until: null, incidentNumber: null }
  expect(readiness({ knownGoodOn: ['production/eu'], runningOn: ['production/us'], quarantine })).toEqual({ verdict: 'quarantined', where: [], rest: ['production/us'] })
})
