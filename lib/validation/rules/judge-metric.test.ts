import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { must } from '#lib/platform/must.ts'
import { judgeMetric } from './judge-metric.ts'
import { metrics } from './metrics.ts'

const metric = (name: string) => must(metrics.find((one) => one.name === name), name)
const judge = (name: string, baseline: number[], observed: number[]) => judgeMetric({ baseline, observed, worse: metric(name).worse, limits: metric(name).limits })
const times = (n: number, value: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => value(i))
const steady = (n: number, value: number): number[] => times(n, (i) => value * (1 + ((i % 5) - 2) / 50))

describe('a metric', () => {
  test.each([
    ['passes where nothing changed', 'error rate', steady(60, 0.001), steady(20, 0.001), 'pass'],
    ['passes without a single error', 'error rate', times(60, () => 0), times(20, () => 0), 'pass'],
    ['fails where errors rose clearly', 'error rate', steady(60, 0.001), steady(20, 0.08), 'fail'],
    ['passes where errors rose by less than matters', 'error rate', steady(60, 0.001), steady(20, 0.003), 'pass'],
    ['passes where it got better', 'error rate', steady(60, 0.08), steady(20, 0), 'pass'],
    ['passes latency within a fifth', 'latency', steady(60, 0.2), steady(20, 0.22), 'pass'],
    ['fails latency beyond it', 'latency', steady(60, 0.2), steady(20, 0.35), 'fail'],
    ['passes latency that is five times as long and that nobody feels', 'latency', steady(60, 0.02), steady(20, 0.1), 'pass'],
    ['fails latency that was short and is felt', 'latency', steady(60, 0.02), steady(20, 0.2), 'fail'],
    ['does not fail for less traffic, nor pass', 'throughput', steady(60, 40), steady(20, 15), 'no data'],
    ['passes with more traffic', 'throughput', steady(60, 40), steady(20, 90), 'pass'],
    ['fails where next to nothing comes in', 'throughput', steady(60, 40), times(20, () => 0), 'fail'],
    ['says nothing with too few', 'error rate', steady(60, 0.001), steady(14, 0.001), 'no data'],
    ['says nothing with too few, however bad', 'error rate', steady(60, 0.001), steady(14, 1), 'no data'],
    ['says nothing without a baseline', 'error rate', [], steady(60, 0), 'no data'],
    ['says nothing with a short baseline', 'error rate', steady(14, 0), steady(60, 0), 'no data'],
    ['says nothing of nothing', 'latency', [], [], 'no data'],
    ['does not pass rare errors that leave the median at zero', 'error rate', times(60, () => 0), times(40, (i) => (i % 4 === 0 ? 0.2 : 0)), 'no data'],
  ] as const)('%s', (_what, name, baseline, observed, verdict) => expect(judge(name, [...baseline], [...observed])).toMatchObject({ verdict }))

  test('says why in words', () => {
    expect(judge('error rate', steady(60, 0), times(20, () => 0.078)).because).toBe('clearly worse: 7.8 % errors, before 0 % errors')
    expect(judge('latency', steady(60, 0.02), steady(20, 0.08)).because).toMatch(/^worse by too little to matter: .*80 ms.* 20 ms/)
    expect(judge('latency', steady(60, 0.2), steady(20, 0.2)).because).toMatch(/^no worse: /)
    expect(judge('latency', [], []).because).toBe('there is no baseline to compare with')
    expect(judge('latency', steady(30, 0.1), steady(3, 0.1)).because).toBe('3 of the 15 samples that are needed')
  })
})

/** A small generator with a seed, so that a seed that failed fails again. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
const latency = (chance: () => number): number => 0.2 * Math.exp(0.3 * (chance() + chance() + chance() + chance() - 2))
const ratio = (chance: () => number, p: number): number => times(40, () => (chance() < p ? 1 : 0)).reduce((a, b) => a + b, 0) / 40

describe('over many seeds', () => {
  test.each([
    ['latency', latency],
    ['error rate', (chance: () => number) => ratio(chance, 0.01)],
  ] as const)('%s from the same distribution passes in at least 95 of 100 and never fails', (name, draw) => {
    const verdicts = times(400, (i) => i).map((seed) => {
      const chance = random(seed)
      return judge(name, times(120, () => draw(chance)), times(30, () => draw(chance))).verdict
    })
    expect(verdicts.filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(380)
    expect(verdicts.filter((verdict) => verdict === 'fail').length).toBe(0)
  })

  test.each([
    ['latency', (chance: () => number) => latency(chance), (chance: () => number) => latency(chance) * 2],
    ['error rate', (chance: () => number) => ratio(chance, 0.01), (chance: () => number) => ratio(chance, 0.15)],
  ] as const)('%s that is clearly worse never passes and nearly always fails', (name, before, after) => {
    const verdicts = times(400, (i) => i).map((seed) => {
      const chance = random(seed)
      return judge(name, times(120, () => before(chance)), times(20, () => after(chance))).verdict
    })
    expect(verdicts.filter((verdict) => verdict === 'pass').length).toBe(0)
    expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeGreaterThanOrEqual(396)
  })

  test('is never NaN, never passes with too few and keeps its probabilities', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 0, 0.5, NaN, Infinity)), { maxLength: 60 })
    fc.assert(
      fc.property(values, values, fc.constantFrom(...metrics.map((one) => one.name)), (baseline, observed, name) => {
        const { verdict, effect, p, baselineMedian, observedMedian, because } = judge(name, baseline, observed)
        const finite = (list: number[]): number => list.filter(Number.isFinite).length
        expect([effect, p, baselineMedian, observedMedian].some(Number.isNaN)).toBe(false)
        expect(because).not.toMatch(/NaN|undefined/)
        if (p !== null) expect(p >= 0 && p <= 1).toBe(true)
        if (finite(baseline) < 15 || finite(observed) < 15) expect(verdict).toBe('no data')
      }),
    )
  })
})
