import { expect, test } from 'vitest'
import { about } from './in-words.ts'

test.each([
  [0, '1 s'], [400, '1 s'], [4_400, '4 s'], [33_100, '35 s'], [58_000, '1 min'], [131_000, '2 min 10 s'], [599_000, '10 min'], [3_900_000, '1 h 5 min'], [90_061_000, '1 d 1 h'],
])('%i ms are about %s', (ms, words) => {
  expect(about(ms)).toBe(words)
})
