import { expect, test } from 'vitest'
import type { DecisionOption, DecisionOutcome } from '../model.ts'
import { notTaken } from './not-taken.ts'

const option = (kind: DecisionOption['kind'], possible: boolean): DecisionOption => ({ kind, possible, because: possible ? 'it can be done' : 'not covered', timeToEffect: null, lost: 'nothing', blastRadius: 'two targets', reversible: { yes: true, because: 'it can' } })
const options = [option('roll-back', true), option('flag-off', false), option('hold', true)]

test.each<[DecisionOutcome | null, string | null, string | null, string[]]>([
  [null, null, null, []],
  ['approved', null, null, ['flag-off: not covered', 'hold: it was possible, and nobody said why not']],
  ['approved', null, 'customers cannot pay', ['flag-off: not covered', 'hold: customers cannot pay']],
  ['rejected', 'Ada rejected it: not now', null, ['roll-back: Ada rejected it: not now', 'flag-off: not covered', 'hold: nothing was decided about it']],
  ['superseded', null, null, ['roll-back: a newer plan took its place', 'flag-off: not covered', 'hold: nothing was decided about it']],
  ['expired', null, null, ['roll-back: not enough people agreed in time', 'flag-off: not covered', 'hold: nothing was decided about it']],
])('%s because of %s, with the reason %s', (outcome, because, reason, left) => {
  expect(notTaken(options, outcome, because, reason).map((one) => `${one.kind}: ${one.because}`)).toEqual(left)
})
