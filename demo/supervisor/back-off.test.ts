import { expect, test } from 'vitest'
import { backOff, crashesInARow } from './back-off.ts'

test('waits double up to four seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 50].map(backOff)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000])
})

test('a life that lasted starts the count again', () => {
  expect(crashesInARow(5, 500)).toBe(6)
  expect(crashesInARow(5, 10_000)).toBe(1)
})
