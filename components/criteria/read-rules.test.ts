import { expect, test } from 'vitest'
import { limitText, readRules } from './read-rules.ts'

test.each([
  ['error-ratio', 0.02, '2 %'],
  ['error-ratio', 0.005, '0.5 %'],
  ['latency-p95', 0.4, '400 ms'],
  ['latency-p50', 1.5, '1.5 s'],
  ['request-rate', 3, '3/s'],
  ['no-healthy-instance', 1, '1'],
])('%s %d is %s', (signal, limit, text) => {
  expect(limitText(signal, limit)).toBe(text)
})

test('a document without rules has none', () => {
  expect(readRules(null)).toEqual([])
  expect(readRules({ rules: 'x' })).toEqual([])
})
