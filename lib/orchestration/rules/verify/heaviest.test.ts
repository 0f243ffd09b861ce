import { expect, test } from 'vitest'
import { chance } from '#tests/support/worlds/chance.ts'
import { heaviestAtOnce } from './heaviest.ts'

test('three intervals of which the first is over before the third: two at once', () => expect(heaviestAtOnce([1, 1, 1], (i, j) => i === 0 && j === 2)).toBe(2))
test('nothing at all weighs nothing', () => expect(heaviestAtOnce([], () => false)).toBe(0))
test('one heavy interval outweighs two light ones that follow each other beside nothing', () => expect(heaviestAtOnce([2, 3, 9], (i, j) => (i === 0 || i === 1) && j === 2)).toBe(9))

/** Whether every two of a set can be under way together, tried for every set. */
function byTrying(weights: readonly number[], over: (i: number, j: number) => boolean): number {
  let most = 0
  for (let set = 0; set < 1 << weights.length; set++) {
    const members = weights.flatMap((_, i) => ((set >> i) & 1 ? [i] : []))
    if (members.every((i) => members.every((j) => !over(i, j)))) most = Math.max(most, members.reduce((sum, i) => sum + (weights[i] as number), 0))
  }
  return most
}

test('it is as heavy as the heaviest of all sets, on 2,000 random sets of intervals', () => {
  const draw = chance(7)
  for (let round = 0; round < 2_000; round++) {
    const weights = Array.from({ length: 1 + draw.below(8) }, () => draw.below(6))
    const times = weights.map(() => draw.below(10)).map((start) => ({ start, end: start + 1 + draw.below(5) }))
    const over = (i: number, j: number): boolean => (times[i]?.end ?? 0) <= (times[j]?.start ?? 0)
    expect(heaviestAtOnce(weights, over)).toBe(byTrying(weights, over))
  }
})
