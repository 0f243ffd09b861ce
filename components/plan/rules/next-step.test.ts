import { expect, test } from 'vitest'
import { nextStep } from './next-step.ts'

const block = (key: string, row: number, left: number) => ({ key, row, left, width: 0.1, lane: 0 })
const layout = { blocks: [block('c', 0, 0.5), block('a', 0, 0), block('b', 1, 0.2), block('d', 3, 0.45)] }

test.each([
  [null, 'next', 'a'],
  ['a', 'next', 'b'],
  ['b', 'next', 'd'],
  ['d', 'next', 'c'],
  ['c', 'next', 'c'],
  ['a', 'previous', 'a'],
  ['c', 'previous', 'd'],
  ['b', 'down', 'd'],
  ['c', 'down', 'b'],
  ['d', 'down', 'd'],
  ['d', 'up', 'b'],
  ['b', 'up', 'a'],
  ['a', 'up', 'a'],
  ['c', 'first', 'a'],
  ['a', 'last', 'c'],
  ['gone', 'down', 'a'],
  [null, 'last', 'c'],
] as const)('from %s %s is %s', (from, direction, to) => expect(nextStep(layout, from, direction)).toBe(to))

test('where there is nothing, there is nowhere to go', () => expect(nextStep({ blocks: [] }, null, 'next')).toBeNull())
