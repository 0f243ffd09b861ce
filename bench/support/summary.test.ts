import { expect, test } from 'vitest'
import { summarise } from './summary.ts'

test('a hundred values have a p99, and it is not their largest', () => {
  expect(summarise(Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({ n: 100, median: 50.5, p99: 99, min: 1, max: 100 })
})

test('fewer have none', () => {
  expect(summarise([3, 1, 2])).toEqual({ n: 3, median: 2, p99: null, min: 1, max: 3 })
})

test('nothing measured is no figure', () => {
  expect(() => summarise([])).toThrow('nothing was measured')
})
