import type { Fault } from '../../shared/release.ts'

export interface OrderFault {
  waitMs: number
  fail: boolean
  die: boolean
}

/** What goes wrong with this order, from the baked-in fault, the time since the release first started here, and chance. */
export function faultOf(fault: Fault, sinceFirstStartMs: number, ordersThisLife: number, chance: number): OrderFault {
  const well: OrderFault = { waitMs: 0, fail: false, die: false }
  if (fault.kind === 'none' || sinceFirstStartMs < fault.afterMs) return well
  if (fault.kind === 'errors') return { ...well, fail: chance < fault.share }
  if (fault.kind === 'latency') return { ...well, waitMs: fault.leastMs + chance * (fault.mostMs - fault.leastMs) }
  return { ...well, die: ordersThisLife >= fault.orders }
}
