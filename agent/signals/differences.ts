import type { Latency } from '../protocol.ts'
import type { Selector, Series } from './prometheus.ts'
import { selects } from './prometheus.ts'

/** The last value of every series seen, by source and labels. */
export type Totals = Map<string, number>

export interface Selectors {
  requests: Selector
  errors: Selector
  latency: Selector | null
}

export interface Difference {
  requests: number
  errors: number
  latency: Latency | null
}

interface Scrape {
  /** Where it was read; the same labels at two places are two series. */
  url: string
  series: readonly Series[]
}

const idOf = (url: string, series: Series): string => `${url} ${series.name}${JSON.stringify(Object.entries(series.labels).sort(([a], [b]) => a.localeCompare(b)))}`

/** A counter that went backwards is a restart and starts again from zero; one that is new began at zero. */
const grown = (before: number | undefined, after: number): number => (before === undefined || after < before ? after : after - before)

/** What was counted between two looks. Null where nothing is there to count: not known, never zero. */
export function differences(before: Totals, scrapes: readonly Scrape[], { requests, errors, latency }: Selectors): { difference: Difference | null; totals: Totals } {
  const totals: Totals = new Map(before)
  const keep = (url: string, series: Series): number => {
    const id = idOf(url, series)
    const difference = grown(before.get(id), series.value)
    totals.set(id, series.value)
    return difference
  }
  const all = scrapes.flatMap(({ url, series }) => series.filter((one) => Number.isFinite(one.value)).map((one) => ({ url, one })))
  const count = (selector: Selector): number | null => {
    const found = all.filter(({ one }) => selects(selector, one))
    return found.length === 0 ? null : Math.round(found.reduce((sum, { url, one }) => sum + Math.max(0, grown(before.get(idOf(url, one)), one.value)), 0))
  }
  const counted = count(requests)
  const failed = count(errors) ?? 0
  const histogram = latency ? histogramOf(before, all.filter(({ one }) => selects(latency, one, '_bucket')), idOf) : null
  for (const { url, one } of all) if (selects(requests, one) || selects(errors, one) || (latency && selects(latency, one, '_bucket'))) keep(url, one)
  return { difference: counted === null ? null : { requests: counted, errors: Math.min(failed, counted), latency: histogram }, totals }
}

/** Cumulative buckets to counts of each: first the growth of every histogram by itself, then their sum, then the differences. */
function histogramOf(before: Totals, buckets: readonly { url: string; one: Series }[], id: typeof idOf): Latency | null {
  const histograms = new Map<string, { le: number; before: number | undefined; after: number }[]>()
  for (const { url, one } of buckets) {
    const { le, ...labels } = one.labels
    if (le === undefined) continue
    const bound = /^\+?inf$/i.test(le) ? Infinity : Number(le)
    if (Number.isNaN(bound)) continue
    const group = id(url, { ...one, labels })
    const list = histograms.get(group) ?? []
    list.push({ le: bound, before: before.get(id(url, one)), after: one.value })
    histograms.set(group, list)
  }
  if (histograms.size === 0) return null

  const sums = new Map<number, { sum: number; in: number }>()
  for (const list of histograms.values()) {
    const restarted = list.some((bucket) => bucket.before !== undefined && bucket.after < bucket.before)
    for (const bucket of list) {
      const held = sums.get(bucket.le) ?? { sum: 0, in: 0 }
      sums.set(bucket.le, { sum: held.sum + (restarted ? bucket.after : bucket.after - (bucket.before ?? 0)), in: held.in + 1 })
    }
  }
  // Only bounds that every histogram has can be added up.
  const shared = [...sums].filter(([, held]) => held.in === histograms.size).sort(([a], [b]) => a - b)
  const bounds = shared.map(([le]) => le).filter(Number.isFinite)
  if (bounds.length === 0 || shared.at(-1)?.[0] !== Infinity) return null
  let below = 0
  const counts = shared.map(([, { sum }]) => {
    const own = Math.max(0, Math.round(sum) - below)
    below = Math.max(below, Math.round(sum))
    return own
  })
  return { bounds, counts }
}
