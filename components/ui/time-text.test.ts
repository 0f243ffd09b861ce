import { expect, test } from 'vitest'
import { ageParts, clockText, durationText, utcText } from './time-text.ts'

test.each([
  [430, true, { unit: 'tenths', value: 0.4 }],
  [430, false, { unit: 'seconds', value: 0 }],
  [-5, true, { unit: 'tenths', value: 0 }],
  [59_999, true, { unit: 'seconds', value: 59 }],
  [3_599_999, false, { unit: 'minutes', value: 59 }],
  [47 * 3_600_000, false, { unit: 'hours', value: 47 }],
  [50 * 3_600_000, false, { unit: 'days', value: 2 }],
] as const)('%d ms old (live: %s)', (ms, live, expected) => {
  expect(ageParts(ms, live)).toEqual(expected)
})

test.each([
  [372_000, '06:12'],
  [3_972_000, '1:06:12'],
  [-1, '00:00'],
])('%d ms on a clock is %s', (ms, expected) => {
  expect(clockText(ms)).toBe(expected)
})

test.each([
  [400, '0.4 s'],
  [250_000, '4 min 10 s'],
  [300_000, '5 min'],
  [7_500_000, '2 h 5 min'],
  [59_700, '1 min'],
])('%d ms in words is %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected)
})

test('UTC says the day only where it is another one', () => {
  const at = new Date('2026-11-23T02:41:09Z')
  expect(utcText(at, new Date('2026-11-23T20:00:00Z'))).toBe('02:41Z')
  expect(utcText(at, new Date('2026-11-24T00:00:00Z'))).toBe('2026-11-23 02:41Z')
  expect(utcText(at, at, true)).toBe('02:41:09Z')
})
