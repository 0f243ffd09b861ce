import { expect, test } from 'vitest'
import { offsetOf } from './offset-of.ts'

test.each([
  [1, 1, 0],
  [1, 3, 2],
  [2, 1, 4],
  [3, 2, 6],
  [9, 9, 8],
])('line %i, column %i', (line, column, offset) => expect(offsetOf('abc\n\nab\n', line, column)).toBe(offset))
