import { expect, test } from 'vitest'
import { majorityDigest, runsOnly } from './majority.ts'
import type { SoakFacts } from './soak.ts'
import { judgeSoak } from './soak.ts'

const now = new Date('2026-01-01T12:00:00.000Z')
const facts: SoakFacts = { status: 'succeeded', soakUntil: new Date('2026-01-01T11:59:59.000Z'), knownGoodAt: null, spoiledAt: null, stillDesired: true, runsOnlyIt: true, breached: false, quarantined: false }

test('a soak that is over without a breach, where only it runs, makes it known good', () => {
  expect(judgeSoak(facts, now)).toEqual({ good: true })
})

test.each<[Partial<SoakFacts>, string]>([
  [{ knownGoodAt: now }, 'already'],
  [{ spoiledAt: now }, 'breach'],
  [{ status: 'running' }, 'running'],
  [{ status: 'failed' }, 'failed'],
  [{ soakUntil: null }, 'not begun'],
  [{ soakUntil: new Date('2026-01-01T12:00:01.000Z') }, '2026-01-01T12:00:01.000Z'],
  [{ stillDesired: false }, 'another release'],
  [{ runsOnlyIt: null }, 'not known'],
  [{ runsOnlyIt: false }, 'something else'],
  [{ breached: true }, 'breach'],
  [{ quarantined: true }, 'quarantine'],
])('%j is not known good, and says why', (extra, because) => {
  expect(judgeSoak({ ...facts, ...extra }, now)).toEqual({ good: false, because: expect.stringContaining(because) })
})

const up = (digest: string | null, state = 'healthy') => ({ digest, state })

test.each([
  ['nothing seen', null, null, false],
  ['nothing runs', [], null, false],
  ['all the same', [up('a'), up('a')], 'a', true],
  ['half and half', [up('a'), up('b')], null, false],
  ['two of three', [up('a'), up('a'), up('b')], 'a', false],
  ['one known, one unknown', [up('a'), up(null)], null, false],
  ['all unknown', [up(null), up(null)], null, false],
  ['stopped ones do not count', [up('a'), up('b', 'stopped'), up('b', 'stopped')], 'a', true],
  ['everything is stopped', [up('a', 'stopped')], null, false],
])('%s', (_case, observed, majority, only) => {
  expect(majorityDigest(observed)).toBe(majority)
  expect(runsOnly(observed, 'a')).toBe(only)
})
