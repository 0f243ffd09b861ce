import { expect, test } from 'vitest'
import { backOf, isQuiet, takingTurns, turn, turnMs } from './board-facts.ts'

const at = (time: string): string => `2026-01-01T${time}.000Z`
const range = { from: at('02:51:10'), to: at('02:54:40') }

test.each([
  ['a range is a range', 'rolling back', range, '02:50:00', { kind: 'between', ...range }],
  ['within one minute it is about that', 'rolling back', { from: at('02:51:10'), to: at('02:51:40') }, '02:50:00', { kind: 'around', from: at('02:51:10') }],
  ['past the range it takes longer', 'rolling back', range, '02:55:00', { kind: 'longer', to: range.to }],
  ['no range is not known', 'deciding', null, '02:50:00', { kind: 'unknown' }],
  ['what was measured as before is watched, not unknown', 'watching', null, '02:55:00', { kind: 'proven' }],
  ['resolved is over', 'resolved', range, '02:55:00', { kind: 'resolved' }],
] as const)('%s', (_, stage, backBetween, now, expected) => {
  expect(backOf({ stage, backBetween }, Date.parse(at(now)))).toEqual(expected)
})

test('everyone gets a turn, and the same one on every wall', () => {
  expect([0, 1, 2, 3].map((n) => turn(n * turnMs, 3))).toEqual([0, 1, 2, 0])
  expect(turn(5 * turnMs, 0)).toBe(0)
  expect(turn(null, 3)).toBe(0)
})

test('what is over has no turn while something is not, and is shown once all of it is', () => {
  const [over, live, watched] = [{ stage: 'resolved' }, { stage: 'rolling back' }, { stage: 'watching' }] as const
  expect(takingTurns([over, live, watched])).toEqual([live, watched])
  expect(takingTurns([over, over])).toEqual([over, over])
  expect(takingTurns([])).toEqual([])
})

test('not known is not quiet, and neither is nothing at all', () => {
  expect(isQuiet({ fleet: { good: 6, degraded: 0, bad: 0, unknown: 0 } })).toBe(true)
  expect(isQuiet({ fleet: { good: 5, degraded: 0, bad: 0, unknown: 1 } })).toBe(false)
  expect(isQuiet({ fleet: { good: 0, degraded: 0, bad: 0, unknown: 0 } })).toBe(false)
})
