import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf, timed } from '#tests/support/plan-steps.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import type { StepDocument } from '../model.ts'
import type { ForecastView } from '../view.ts'
import { forecast } from './forecast.ts'
import { planMoves } from './plan-moves.ts'
import type { Recorded } from './step-durations.ts'
import { nothingRecorded } from './step-durations.ts'

const regions = ['eu', 'us'].map((name) => ({ name, rtoSeconds: 600, maxParallel: 8 }))
const seed = 'sha256:0123456789abcdef'
/** So many records of exactly so long that the one beyond them hardly counts. */
const always = (ms: number): number[] => Array.from({ length: 400 }, () => ms)
const recorded = (steps: Record<string, number>, says: Partial<Recorded> = {}): Recorded => ({
  ...nothingRecorded, handOver: always(0), ...says, steps: Object.fromEntries(Object.entries(steps).map(([key, ms]) => [key, always(ms)])),
})
const seen = (steps: readonly StepDocument[], known: Recorded): ForecastView => forecast(planOf(steps), regions, known, seed)

describe('a forecast', () => {
  test('adds up what is one after the other, hand-overs included, and takes the longest of what is beside each other', () => {
    const steps = [timed('a'), timed('b', ['a']), timed('c', ['a'], { kind: 'verify' }), timed('d', ['b', 'c'], { region: 'us' })]
    const view = seen(steps, recorded({ deploy: 1_000, verify: 5_000 }, { handOver: always(100) }))
    expect(view).toMatchObject({ p50Ms: 7_300, regions: [{ region: 'eu', p50Ms: 6_200, rtoSeconds: 600 }, { region: 'us', p50Ms: 7_300 }], critical: ['a', 'c', 'd'] })
    expect(view.steps).toEqual([{ key: 'a', startMs: 0, endMs: 1_100 }, { key: 'b', startMs: 1_100, endMs: 2_200 }, { key: 'c', startMs: 1_100, endMs: 6_200 }, { key: 'd', startMs: 6_200, endMs: 7_300 }])
  })

  const ten = Array.from({ length: 10 }, (_, n) => timed(`s${n}`, [], { region: n < 8 ? 'eu' : 'us' }))
  test.each([
    ['as many as the region allows', { eu: 100 }, 3, 3_000],
    ['as many as its agents take', { eu: 2 }, 8, 4_000],
    ['one, where nobody is there yet', { eu: 0 }, 8, 8_000],
    ['all, where nobody was asked and the region allows it', {}, 8, 1_000],
  ])('of a region runs %s at the same time', (_how, hands, maxParallel, ms) => {
    expect(forecast(planOf(ten), [{ name: 'eu', rtoSeconds: 600, maxParallel }], recorded({ deploy: 1_000 }, { hands }), seed).regions[0]).toMatchObject({ region: 'eu', p50Ms: ms })
  })

  test('what waited for a hand was held up by the step that freed it', () => {
    const steps = [timed('long', [], { kind: 'sql' }), timed('short'), timed('last')]
    expect(seen(steps, recorded({ sql: 9_000, deploy: 1_000 }, { hands: { eu: 1 } })).critical).toEqual(['long', 'short', 'last'])
  })

  test('what the command center does takes nobody’s hand', () => {
    const waits = Array.from({ length: 20 }, (_, n) => timed(`w${n}`, [], { kind: 'wait', region: null, service: null, params: { ms: 2_000 } }))
    expect(seen([...waits, timed('b', waits.map((one) => one.key), { kind: 'barrier', region: null })], nothingRecorded)).toMatchObject({ p50Ms: 2_000, p90Ms: 2_000, regions: [], basis: 'from recorded runs of these very steps' })
  })

  test('of few records is wider than of many', () => {
    const few: Recorded = { ...nothingRecorded, handOver: always(0), steps: { deploy: [900, 1_000, 1_000, 1_000, 1_100] } }
    const ratio = ({ p50Ms, p90Ms }: ForecastView): number => p90Ms / p50Ms
    expect(ratio(seen([timed('a')], few))).toBeGreaterThan(ratio(seen([timed('a')], recorded({ deploy: 1_000 }))))
  })

  test('never goes past what the steps may take', () => {
    expect(seen([timed('a', [], { timeoutMs: 3_000 })], { ...nothingRecorded, handOver: always(0), steps: { deploy: [9_000] } }).p90Ms).toBe(3_000)
  })

  test('of no steps is nothing', () => {
    expect(seen([], nothingRecorded)).toMatchObject({ p50Ms: 0, p90Ms: 0, regions: [], steps: [], critical: [] })
  })

  test.each<[string, StepDocument[], Recorded]>([
    ['from recorded runs of these very steps', [timed('a')], recorded({ 'deploy:checkout': 1 })],
    ['a stated guess: none of these steps was recorded often enough', [timed('a')], recorded({ 'deploy:payments': 1, deploy: 1 })],
    ['recorded runs for 1 of 2 kinds of step, a stated guess for the rest; how long people take is a guess', [timed('a'), timed('m', [], { kind: 'manual', region: null })], recorded({ 'deploy:checkout:eu': 1 })],
  ])('says on what it rests: %s', (basis, steps, known) => {
    expect(seen(steps, known).basis).toBe(basis)
  })
})

test('of a planned rollback says the same every time, and something else for another seed', () => {
  const world = situation(['eu', 'us'].map((region) => target('checkout', region, [release('checkout', '1.5.0')], release('checkout', '1.4.2'))))
  const result = planMoves(world)
  if (!result.ok) throw new Error(result.because)
  const once = forecast(result.document, world.regions, nothingRecorded, seed)
  expect(forecast(result.document, world.regions, nothingRecorded, seed)).toEqual(once)
  expect(forecast(result.document, world.regions, nothingRecorded, 'sha256:ffff0000').p90Ms).not.toBe(once.p90Ms)
  expect(once.p90Ms).toBeGreaterThan(once.p50Ms)
})

describe('of any plan', () => {
  /** Steps that wait for earlier ones only. */
  const plans = fc.array(fc.record({ after: fc.array(fc.nat(), { maxLength: 3 }), region: fc.constantFrom('eu', 'us'), kind: fc.constantFrom('deploy', 'sql', 'verify') }), { minLength: 1, maxLength: 12 }).map((list) =>
    list.map(({ after, ...says }, n) => timed(`s${n}`, n === 0 ? [] : after.map((one) => `s${one % n}`), says)),
  )
  const durations = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 8 })

  test('the median comes first, a region is not over after the whole, and a step not before those it waits for', () => {
    fc.assert(
      fc.property(plans, durations, (steps, ms) => {
        const view = seen(steps, { ...nothingRecorded, steps: { deploy: ms }, hands: { eu: 2 } })
        expect(view.p50Ms).toBeLessThanOrEqual(view.p90Ms)
        for (const region of view.regions) expect([region.p50Ms <= view.p50Ms, region.p90Ms <= view.p90Ms, region.p50Ms <= region.p90Ms]).toEqual([true, true, true])
        const at = new Map(view.steps.map((step) => [step.key, step]))
        for (const step of steps) for (const key of step.after) expect(at.get(step.key)?.startMs).toBeGreaterThanOrEqual(at.get(key)?.endMs ?? 0)
        expect(new Set(view.critical).size).toBe(view.critical.length)
      }),
      { numRuns: 60 },
    )
  })

  test('with hands enough, longer steps never make it end earlier', () => {
    fc.assert(
      fc.property(plans, durations, fc.integer({ min: 0, max: 30_000 }), (steps, ms, more) => {
        const plenty = regions.map((region) => ({ ...region, maxParallel: 100 }))
        const [before, after] = [ms, ms.map((one) => one + more)].map((list) => forecast(planOf(steps), plenty, { ...nothingRecorded, steps: { deploy: list } }, seed))
        expect(after?.p50Ms).toBeGreaterThanOrEqual(before?.p50Ms ?? 0)
        expect(after?.p90Ms).toBeGreaterThanOrEqual(before?.p90Ms ?? 0)
      }),
      { numRuns: 60 },
    )
  })
})
