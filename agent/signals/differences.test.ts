import { expect, test } from 'vitest'
import type { Selectors, Totals } from './differences.ts'
import { differences } from './differences.ts'
import type { Selector } from './prometheus.ts'
import { parseSelector, parseText } from './prometheus.ts'
import { measure } from './sampler.ts'

const read = (text: string): Selector => {
  const parsed = parseSelector(text)
  if (!parsed.ok) throw new Error(parsed.because)
  return parsed.value
}
const selectors: Selectors = { requests: read('r'), errors: read('r{code=~"5.."}'), latency: read('d') }

/** The difference between the last two of several looks. */
function after(...looks: string[]) {
  let totals: Totals = new Map()
  let difference
  for (const look of looks) ({ totals, difference } = differences(totals, [{ url: 'u', series: parseText(look) }], selectors))
  return difference
}

test('counts are differences', () => {
  expect(after('r{code="200"} 10\nr{code="500"} 1', 'r{code="200"} 14\nr{code="500"} 3')).toEqual({ requests: 6, errors: 2, latency: null })
})

test('a counter that went backwards starts again from zero, each by itself', () => {
  expect(after('r{code="200"} 100\nr{code="500"} 5', 'r{code="200"} 7\nr{code="500"} 6')).toMatchObject({ requests: 8, errors: 1 })
})

test('a series that is new began at zero; one that was away for a while goes on', () => {
  expect(after('r{code="200"} 10', 'r{code="200"} 10\nr{code="500"} 3')).toMatchObject({ requests: 3, errors: 3 })
  expect(after('r{code="200"} 10\nr{code="500"} 3', 'r{code="200"} 10', 'r{code="200"} 10\nr{code="500"} 4')).toMatchObject({ requests: 1, errors: 1 })
})

test('nothing to count is not known, not zero; no errors among requests is zero', () => {
  expect(after('other 1', 'other 2')).toBeNull()
  expect(after('r{code="200"} 1', 'r{code="200"} 1')).toMatchObject({ requests: 0, errors: 0 })
  expect(after('r NaN', 'r NaN')).toBeNull()
})

test('cumulative buckets become counts of each, one more than the bounds', () => {
  const look = (a: number, b: number, c: number) => `r 1\nd_bucket{le="0.1"} ${a}\nd_bucket{le="0.5"} ${b}\nd_bucket{le="+Inf"} ${c}`
  expect(after(look(1, 2, 2), look(4, 9, 10))?.latency).toEqual({ bounds: [0.1, 0.5], counts: [3, 4, 1] })
})

test('a histogram that restarted counts from zero as a whole; several add up', () => {
  const look = (a: number[], b: number[]) => ['0.1', '+Inf'].map((le, i) => `d_bucket{i="a",le="${le}"} ${a[i]}\nd_bucket{i="b",le="${le}"} ${b[i]}`).join('\n') + '\nr 1'
  expect(after(look([5, 10], [1, 1]), look([6, 8], [2, 3]))?.latency).toEqual({ bounds: [0.1], counts: [7, 3] })
})

test('only bounds that every histogram has are added up', () => {
  const look = (n: number) => `r 1\nd_bucket{i="a",le="0.1"} 0\nd_bucket{i="a",le="0.2"} ${n}\nd_bucket{i="a",le="+Inf"} ${n}\nd_bucket{i="b",le="0.2"} ${n}\nd_bucket{i="b",le="+Inf"} ${n}`
  expect(after(look(0), look(2))?.latency).toEqual({ bounds: [0.2], counts: [4, 0] })
})

test('samples: none at the first look, none over a long silence, none where one of several sources is missing', () => {
  const signals = { urls: ['u', 'v'], requests: 'r', errors: 'r{code="500"}' }
  const memories: Parameters<typeof measure>[3] = new Map()
  const look = (value: number, at: number, v: 'there' | 'missing' = 'there') =>
    measure('checkout', signals, new Map([['u', { series: parseText(`r ${value}`), at }], ['v', v === 'there' ? { series: parseText(`r ${value}`), at } : null]]), memories, `at ${at}`)
  expect(look(1, 1_000)).toBeNull()
  expect(look(3, 2_010)).toEqual({ service: 'checkout', at: 'at 2010', seconds: 1.01, requests: 4, errors: 0, latency: null })
  expect(look(5, 3_000, 'missing')).toBeNull()
  expect(look(6, 4_010)).toMatchObject({ seconds: 2, requests: 6 })
  expect(look(9, 30_000)).toBeNull()
  expect(look(10, 31_000)).toMatchObject({ seconds: 1, requests: 2 })
})
