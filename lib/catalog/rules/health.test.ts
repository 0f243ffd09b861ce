import { expect, test } from 'vitest'
import type { TargetFacts } from './health.ts'
import { healthOf, runningOf } from './health.ts'

const up = (digest: string | null = 'new', state = 'healthy') => ({ digest, state })
const facts = (extra: Partial<TargetFacts> = {}): TargetFacts => ({ wanted: 2, observed: [up(), up()], fresh: true, desired: { digest: 'new', version: '1.5.0' }, breaches: [], moving: false, ...extra })

test.each<[string, Partial<TargetFacts>, string, string]>([
  ['all healthy and as it should be', {}, 'good', '2 of 2 instances are healthy and run 1.5.0'],
  ['healthy, but nobody said what should run', { desired: null }, 'good', 'no release has been said'],
  ['never seen', { observed: null }, 'unknown', 'no agent has ever seen it'],
  ['seen too long ago', { fresh: false }, 'unknown', 'lately'],
  ['seen too long ago and in breach', { fresh: false, breaches: ['errors'] }, 'unknown', 'lately'],
  ['in breach', { breaches: ['errors', 'latency'] }, 'bad', 'in breach: errors, latency'],
  ['in breach while a run moves it', { breaches: ['errors'], moving: true }, 'bad', 'in breach'],
  ['nothing runs', { observed: [] }, 'bad', 'no instance is healthy'],
  ['everything is stopped', { observed: [up('new', 'stopped')] }, 'bad', 'no instance is healthy'],
  ['nothing is healthy while a run moves it', { observed: [up('new', 'starting')], moving: true }, 'bad', 'a run is moving it'],
  ['a run moves it', { observed: [up()], moving: true }, 'working', '1 of 2'],
  ['one is unhealthy', { observed: [up(), up('new', 'unhealthy')] }, 'degraded', '1 of 2'],
  ['one is missing', { observed: [up()] }, 'degraded', '1 of 2'],
  ['one more than wanted is starting', { observed: [up(), up(), up('new', 'starting')] }, 'degraded', '2 of 3'],
  ['one runs something else', { observed: [up(), up('old')] }, 'degraded', '1 of 2 instances run something else than 1.5.0'],
  ['one runs bytes nobody knows', { observed: [up(), up(null)] }, 'degraded', 'something else'],
  ['two releases, and nobody said which', { observed: [up(), up('old')], desired: null }, 'degraded', 'different releases'],
])('%s', (_case, extra, health, because) => {
  expect(healthOf(facts(extra))).toEqual({ health, because: expect.stringContaining(because) })
})

test('what runs is counted by its bytes; stopped instances run nothing', () => {
  expect(runningOf([up('a'), up('b'), up('b', 'unhealthy'), up('a', 'stopped'), up(null)], (digest) => (digest === 'b' ? '2.0.0' : null))).toEqual([
    { digest: 'b', version: '2.0.0', instances: 2, healthy: 1 },
    { digest: 'a', version: null, instances: 1, healthy: 1 },
    { digest: 'unknown', version: null, instances: 1, healthy: 1 },
  ])
})
