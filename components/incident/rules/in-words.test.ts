import { expect, test } from 'vitest'
import { againstLimit, effectOf, rangeInWords, shortHash, valueInWords } from './in-words.ts'

test.each([
  [0.07784, 'ratio', '7.78 %'],
  [0.02004, 'ratio', '2 %'],
  [41_234, 'per second', '41200 /s'],
  [0, 'ratio', '0 %'],
  [0.0004, 'ratio', '0.04 %'],
  [1, 'ratio', '100 %'],
  [0.42, 'seconds', '420 ms'],
  [1.25, 'seconds', '1.25 s'],
  [12.44, 'per second', '12.4 /s'],
  [310, 'orders', '310 orders'],
])('%d %s is said as %s', (value, unit, words) => {
  expect(valueInWords(value, unit)).toBe(words)
})

test('a hash is shortened to what the eye can compare', () => {
  expect(shortHash(`sha256:9f3c41ae${'0'.repeat(56)}`)).toBe('9f3c 41ae')
})

test.each([
  [0.5, { kind: 'even' }],
  [0.54, { kind: 'even' }],
  [0.62, { kind: 'worse', of10: 6 }],
  [1, { kind: 'worse', of10: 10 }],
  [0.31, { kind: 'better', of10: 7 }],
])('an effect of %d is counted in comparisons', (effect, counted) => {
  expect(effectOf(effect)).toEqual(counted)
})

test.each([
  [12_000, 18_000, '12–18 s'],
  [300, 400, '1 s'],
  [40_000, 110_000, '40 s – 2 min'],
  [190_000, 245_000, '3–5 min'],
  [125_000, 130_000, '2–3 min'],
])('%d to %d ms is said as %s', (from, to, words) => {
  expect(rangeInWords(from, to)).toBe(words)
})

test.each([
  [10_000, 20_000, 0, 'none'],
  [10_000, 20_000, 60, 'inside'],
  [10_000, 70_000, 60, 'may miss'],
  [61_000, 70_000, 60, 'misses'],
])('P50 %d and P90 %d against %d s: %s', (p50, p90, rto, words) => {
  expect(againstLimit(p50, p90, rto)).toBe(words)
})
