import type { Fault } from './release.ts'

export interface RequestFault {
  waitMs: number
  fail: boolean
  die: boolean
  /** What the price is multiplied with: nothing in the answer tells. */
  priceTimes: number
}

/** What goes wrong with this request, from the baked-in fault, the time since the release first started here, and chance. */
export function faultOf(fault: Fault, sinceFirstStartMs: number, requestsThisLife: number, chance: number): RequestFault {
  const well: RequestFault = { waitMs: 0, fail: false, die: false, priceTimes: 1 }
  if (fault.kind === 'none' || sinceFirstStartMs < fault.afterMs) return well
  switch (fault.kind) {
    case 'errors':
      return { ...well, fail: chance < fault.share }
    case 'latency':
      return { ...well, waitMs: fault.leastMs + chance * (fault.mostMs - fault.leastMs) }
    case 'crash-loop':
      return { ...well, die: requestsThisLife >= fault.orders }
    case 'wrong-prices':
      return { ...well, priceTimes: fault.factor }
  }
}
