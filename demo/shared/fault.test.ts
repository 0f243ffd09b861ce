import { expect, test } from 'vitest'
import { faultOf } from './fault.ts'

const well = { waitMs: 0, fail: false, die: false, priceTimes: 1 }

test('a good release never misbehaves', () => {
  expect(faultOf({ kind: 'none' }, 1e9, 1e9, 0)).toEqual(well)
})

test.each([{ kind: 'errors', afterMs: 1_000, share: 1 }, { kind: 'latency', afterMs: 1_000, leastMs: 400, mostMs: 900 }, { kind: 'crash-loop', afterMs: 1_000, orders: 0 }, { kind: 'wrong-prices', afterMs: 1_000, factor: 10 }] as const)('$kind waits for its moment', (fault) => {
  expect(faultOf(fault, 999, 50, 0)).toEqual(well)
  expect(faultOf(fault, 1_000, 50, 0)).not.toEqual(well)
})

test('errors hit the given share of orders', () => {
  const fault = { kind: 'errors', afterMs: 0, share: 0.25 } as const
  const failed = Array.from({ length: 100 }, (_, index) => faultOf(fault, 1, index, index / 100).fail).filter(Boolean)
  expect(failed).toHaveLength(25)
})

test('latency stays between its limits', () => {
  const fault = { kind: 'latency', afterMs: 0, leastMs: 400, mostMs: 900 } as const
  expect(faultOf(fault, 1, 0, 0).waitMs).toBe(400)
  expect(faultOf(fault, 1, 0, 1).waitMs).toBe(900)
})

test('a crash loop serves its orders before it dies', () => {
  const fault = { kind: 'crash-loop', afterMs: 0, orders: 3 } as const
  expect([0, 1, 2, 3].map((orders) => faultOf(fault, 1, orders, 0).die)).toEqual([false, false, false, true])
})
