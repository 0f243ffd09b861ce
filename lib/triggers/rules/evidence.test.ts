import { expect, test } from 'vitest'
import type { SampleFacts } from '#lib/validation/model.ts'
import { evidenceSchema, ruleSchema } from '../model.ts'
import { evidenceOf } from './evidence.ts'

const now = Date.parse('2026-11-23T02:41:07.000Z')
const rule = ruleSchema.parse({ name: 'errors', signal: 'error-ratio', limit: 0.02, windowSeconds: 20, severity: 'SEV2', action: 'rollback' })
const samples = (n: number, errors = 1): SampleFacts[] => Array.from({ length: n }, (_, i) => ({ at: now - (n - 1 - i) * 1000, seconds: 1, requests: 10, errors, latency: null }))

test('has one point a sample, three windows back', () => {
  const evidence = evidenceOf(rule, { value: 0.1, requests: 200 }, samples(100), [], now)
  expect(evidence.series).toHaveLength(60)
  expect(evidence.series.at(-1)).toEqual({ at: '2026-11-23T02:41:07.000Z', value: 0.1 })
  expect(evidence).toMatchObject({ unit: 'ratio', baseline: null, sentence: 'errors 10 % over 20 s, limit 2 % (200 requests)' })
})

test('never has more than 120 points and leaves no sample out', () => {
  const many = samples(3_000).map((sample, i) => (i === 2_001 ? { ...sample, errors: 10 } : sample))
  const { series } = evidenceOf({ ...rule, windowSeconds: 3_600 }, { value: 0.1, requests: 200 }, many, [], now)
  expect(series.length).toBeLessThanOrEqual(120)
  expect(series.filter((point) => (point.value ?? 0) > 0.1)).toHaveLength(1)
})

test('says nothing where nothing was asked for, not zero', () => {
  expect(evidenceOf(rule, { value: null, requests: 0 }, [{ at: now, seconds: 1, requests: 0, errors: 0, latency: null }], [], now)).toMatchObject({ value: null, series: [{ value: null }] })
})

test('shows the band in which it was before the deployment', () => {
  const baseline = samples(11).map((sample, i) => ({ ...sample, errors: i, requests: 10 }))
  const { baseline: band } = evidenceOf(rule, { value: 0.1, requests: 200 }, [], baseline, now)
  expect(band?.median).toBeCloseTo(0.5)
  expect(band?.low).toBeCloseTo(0.1)
  expect(band?.high).toBeCloseTo(0.9)
})

test('fits the form in which it is kept', () => {
  expect(evidenceSchema.safeParse(evidenceOf(rule, { value: 0.1, requests: 200 }, samples(500), samples(20), now)).success).toBe(true)
})
