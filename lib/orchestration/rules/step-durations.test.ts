import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StepDocument } from '../model.ts'
import { priorOf, standardNormal } from './forecast-prior.ts'
import type { Spread } from './step-durations.ts'
import { drawOf, longestMs, nothingRecorded, spreads } from './step-durations.ts'

const step = (says: Partial<StepDocument> = {}): StepDocument => ({
  key: 'deploy:checkout:eu', role: 'deploy', kind: 'deploy', service: 'checkout', target: null, environment: 'production', region: 'eu', agentKind: 'real', params: {}, repeatable: true, timeoutMs: 60_000, after: [],
  retry: { times: 0, backoffMs: 0, maxBackoffMs: 0 }, check: null, compensate: null, ...says,
})
const spread = (...values: number[]): Spread => ({ values: Float64Array.from(values).sort(), fixed: false })
const of = (steps: Record<string, number[]>, says: Partial<StepDocument> = {}): Float64Array => spreads({ ...nothingRecorded, steps }).of(step(says)).values
const median = (values: Float64Array): number => values[Math.floor(values.length / 2)] as number

describe('what a step’s duration is drawn from', () => {
  const many = (ms: number): number[] => Array.from({ length: 9 }, () => ms)

  test.each([
    ['this very step in this region', { 'deploy:checkout:eu': many(1), 'deploy:checkout': many(2), deploy: many(3) }, 1],
    ['this service elsewhere', { 'deploy:checkout:us': many(1), 'deploy:checkout': many(2), deploy: many(3) }, 2],
    ['this kind for other services', { 'deploy:payments': many(2), deploy: many(3) }, 3],
  ])('records of %s', (_which, steps, ms) => {
    expect(of(steps)).toEqual(Float64Array.from(many(ms)))
  })

  test('the prior, where nothing was recorded: its median is the stated one', () => {
    expect(median(of({})) / priorOf('deploy').median).toBeCloseTo(1, 1)
    expect(priorOf('deploy')).not.toEqual(priorOf('no such kind'))
    expect(priorOf('constructor')).toEqual(priorOf('no such kind'))
  })

  test('few records weigh a part of it, wider ones the rest', () => {
    const values = of({ 'deploy:checkout:eu': [1, 1], deploy: many(1_000) })
    expect(values.filter((value) => value === 1)).toHaveLength(80)
    expect(values.filter((value) => value === 1_000)).toHaveLength(120)
  })

  test('what takes as long as its plan says takes exactly that', () => {
    const known = spreads({ ...nothingRecorded, steps: { wait: many(99), barrier: many(99) } })
    expect(drawOf(known.of(step({ kind: 'wait', params: { ms: 1_500 } })), 0.999)).toBe(1_500)
    expect(drawOf(known.of(step({ kind: 'barrier' })), 0.999)).toBe(0)
  })
})

describe('a draw', () => {
  test('falls into each gap with the same chance, and once in n + 1 beyond all that was seen', () => {
    expect([0.1, 0.3, 0.5, 0.7].map((u) => drawOf(spread(10, 20, 30, 40), u))).toEqual([10, 15, 25, 35])
    expect(drawOf(spread(10, 20, 30, 40), 0.9)).toBeCloseTo(40 / Math.sqrt(0.5))
  })

  test('given that it has taken some time already, comes from what is left', () => {
    expect(drawOf(spread(10, 20, 30, 40), 0, 25)).toBe(25)
    // Half of the gap that 25 lies in, the next gap, and the tail are left: 2.5 gaps.
    expect(drawOf(spread(10, 20, 30, 40), 0.6, 25)).toBe(40)
    expect(drawOf(spread(10, 20, 30, 40), 0.75, 100)).toBe(200)
  })

  const values = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 30 })
  const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true })

  test('never ends before what has gone by, and grows with its chance', () => {
    fc.assert(
      fc.property(values, chance, chance, fc.integer({ min: 0, max: 200_000 }), (list, one, other, after) => {
        const [low, high] = [drawOf(spread(...list), Math.min(one, other), after), drawOf(spread(...list), Math.max(one, other), after)]
        expect(low).toBeGreaterThanOrEqual(after)
        expect(high).toBeGreaterThanOrEqual(low)
      }),
    )
  })

  test('grows with what was recorded', () => {
    fc.assert(fc.property(values, chance, fc.integer({ min: 0, max: 1_000 }), (list, u, more) => void expect(drawOf(spread(...list.map((value) => value + more)), u)).toBeGreaterThanOrEqual(drawOf(spread(...list), u))))
  })
})

test.each([
  [0, 60_000],
  [3, 4 * 60_000 + 1_000 + 2_000 + 3_000],
])('with %i retries a step can take at most %i ms', (times, ms) => {
  expect(longestMs(step({ retry: { times, backoffMs: 1_000, maxBackoffMs: 3_000 } }))).toBe(ms)
})

test.each([[0.5, 0], [0.975, 1.959_964], [0.01, -2.326_348], [0.9, 1.281_552]])('below a share of %f of a standard normal lies %f', (p, z) => {
  expect(standardNormal(p)).toBeCloseTo(z, 5)
})
