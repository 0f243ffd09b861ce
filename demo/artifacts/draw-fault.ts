import { between, type Random } from '../random.ts'
import type { Fault } from '../shared/release.ts'

export type FaultKind = Fault['kind']

/** What is wrong with a release: only the kind, or also how much and when; what is left out is drawn. */
export interface FaultOrder {
  kind: FaultKind
  /** From the first start of the release in a place to the first bad order. */
  afterMs?: number
  /** `errors`: the share of orders that fail, 0 to 1. */
  share?: number
  /** `latency`: every order waits between these. */
  leastMs?: number
  mostMs?: number
  /** `wrong-prices`: what the price is multiplied with, a whole number from 2 on. */
  factor?: number
  /** `crash-loop`: the process ends at the order after this many in each of its lives. */
  orders?: number
}

/** Turns an order for a fault into the numbers that are baked into the artifact. */
export function drawFault(order: FaultKind | FaultOrder, random: Random): Fault {
  const wanted: FaultOrder = typeof order === 'string' ? { kind: order } : order
  const afterMs = wanted.afterMs ?? Math.round(between(random, 8_000, 20_000))
  if (!(afterMs >= 0)) throw new Error('afterMs must not be negative')
  if (wanted.kind === 'none') return { kind: 'none' }
  if (wanted.kind === 'errors') {
    const share = wanted.share ?? Math.round(between(random, 0.05, 0.3) * 1_000) / 1_000
    if (!(share > 0 && share <= 1)) throw new Error('share must be above 0 and at most 1')
    return { kind: 'errors', afterMs, share }
  }
  if (wanted.kind === 'latency') {
    const leastMs = wanted.leastMs ?? 800
    const mostMs = wanted.mostMs ?? Math.round(between(random, 1_200, 1_800))
    if (!(leastMs > 0 && mostMs >= leastMs)) throw new Error('mostMs must be at least leastMs, and leastMs above 0')
    return { kind: 'latency', afterMs, leastMs, mostMs }
  }
  if (wanted.kind === 'wrong-prices') {
    const factor = wanted.factor ?? 10
    if (!(Number.isInteger(factor) && factor >= 2)) throw new Error('factor must be a whole number from 2 on')
    return { kind: 'wrong-prices', afterMs, factor }
  }
  const orders = wanted.orders ?? Math.round(between(random, 3, 25))
  if (!(Number.isInteger(orders) && orders >= 0)) throw new Error('orders must be a whole number, 0 or more')
  return { kind: 'crash-loop', afterMs, orders }
}
