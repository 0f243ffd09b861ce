import { describe, expect, test } from 'vitest'
import type { MetricResult, SampleFacts } from '../model.ts'
import { isNews, judgeNewest, judgeTarget, newestSamples, overall, settle } from './judge.ts'

const sample = (at: number, part: Partial<SampleFacts> = {}): SampleFacts => ({ at, seconds: 1, requests: 40, errors: 0, latency: { bounds: [0.1, 0.5], counts: [30, 10, 0] }, ...part })
const run = (n: number, part: Partial<SampleFacts> = {}): SampleFacts[] => Array.from({ length: n }, (_, i) => sample(i, part))

describe('all together', () => {
  test.each([
    [[], 'no data'],
    [['pass'], 'pass'],
    [['pass', 'no data'], 'no data'],
    [['no data', 'fail', 'pass'], 'fail'],
  ] as const)('%j is %s', (verdicts, expected) => expect(overall(verdicts)).toBe(expected))
})

describe('a target', () => {
  const verdicts = (baseline: SampleFacts[], observed: SampleFacts[]): string[] => judgeTarget(baseline, observed).map((metric) => metric.verdict)
  test('as before passes on every metric', () => expect(verdicts(run(60), run(15))).toEqual(['pass', 'pass', 'pass']))
  test('that answers with errors fails', () => expect(verdicts(run(60), run(15, { errors: 4 }))).toEqual(['fail', 'pass', 'pass']))
  test('that nobody uses any more fails on throughput and says nothing of the rest', () => expect(verdicts(run(60), run(15, { requests: 0, latency: null }))).toEqual(['no data', 'no data', 'fail']))
  test('without a histogram has no latency', () => expect(verdicts(run(60), run(60, { latency: null }))).toEqual(['pass', 'no data', 'pass']))
  test('that sends nothing is not known', () => expect(verdicts(run(60), [])).toEqual(['no data', 'no data', 'no data']))
  test('samples without traffic do not count towards the fifteen', () => expect(judgeTarget(run(60), [...run(14), ...run(5, { requests: 0 })])[0]).toMatchObject({ verdict: 'no data', observedSamples: 14 }))
})

describe('a validation', () => {
  const target = (...verdicts: ('pass' | 'fail' | 'no data')[]) => ({ metrics: verdicts.map((verdict) => ({ verdict })) })
  test.each([
    ['ends when all is good', [target('pass'), target('pass')], false, { done: true, verdict: 'pass' }],
    ['goes on while something is worse, since it may be well in a minute', [target('pass'), target('fail')], false, { done: false, verdict: null }],
    ['fails at its deadline where something is worse', [target('no data'), target('fail')], true, { done: true, verdict: 'fail' }],
    ['goes on while something is not known', [target('pass'), target('no data')], false, { done: false, verdict: null }],
    ['ends at its deadline without having been proven', [target('pass'), target('no data')], true, { done: true, verdict: 'no data' }],
    ['of nothing is never good', [], true, { done: true, verdict: 'no data' }],
    ['of targets without metrics is never good', [target()], true, { done: true, verdict: 'no data' }],
  ] as const)('%s', (_what, targets, past, expected) => expect(settle(targets, past)).toEqual(expected))
})

test('only the newest samples are looked at: what was slow at first is not its health', () => {
  const slowAtFirst = [...run(20, { errors: 8 }), ...run(newestSamples)]
  expect(judgeTarget(run(60), slowAtFirst)[0]?.verdict).not.toBe('pass')
  expect(judgeNewest(run(60), slowAtFirst).map((metric) => metric.verdict)).toEqual(['pass', 'pass', 'pass'])
})

test('something is said again when a verdict changes, or after some more samples', () => {
  const of = (verdict: 'pass' | 'no data', observedSamples: number) => [{ metrics: [{ ...(judgeNewest(run(60), run(20))[0] as MetricResult), verdict, observedSamples }] }]
  expect(isNews(of('no data', 3), of('no data', 4))).toBe(false)
  expect(isNews(of('no data', 3), of('no data', 8))).toBe(true)
  expect(isNews(of('no data', 14), of('pass', 15))).toBe(true)
})
