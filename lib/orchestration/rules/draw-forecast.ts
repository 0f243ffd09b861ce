import type { Network, Progress } from './simulate.ts'
import { simulator } from './simulate.ts'

/** When it is over, in milliseconds from the start; Infinity = a person has to decide first. */
export interface Range {
  p50: number
  p90: number
}

export interface Courses {
  draws: number
  whole: Range
  /** By position in the network's regions. */
  regions: Range[]
  /** Medians of each step's begin and end. */
  begins: Float64Array
  ends: Float64Array
  /** Positions of steps, first to last. */
  critical: number[]
}

/** A median needs fewer draws than a 90th percentile. */
const forMedians = 101

/**
 * Draws the plan's course many times and sums up: `draws` of them as long as the steps' work stays below `work` steps in
 * all, then fewer, but never fewer than 100.
 */
export function drawCourses(net: Network, regionOf: Int32Array, seed: string, progress: Progress | null, { draws: most, work }: { draws: number; work: number }): Courses {
  const count = net.waitsFor.length
  const draws = Math.max(100, Math.min(most, Math.floor(work / Math.max(1, count))))
  const medians = Math.min(draws, forMedians)
  const places = regionOf.reduce((highest, one) => Math.max(highest, one), -1) + 1
  const whole = new Float64Array(draws)
  const byRegion = Array.from({ length: places }, () => new Float64Array(draws))
  const [begun, ended] = [new Float64Array(count * medians), new Float64Array(count * medians)]
  const decides = chains(count)
  const draw = simulator(net, parseInt(seed.replace(/^sha256:/, '').slice(0, 8), 16) || 1, progress)
  for (let n = 0; n < draws; n++) {
    const { begins, ends, cause } = draw(n)
    let last = -1
    for (let step = 0; step < count; step++) {
      const end = ends[step] as number
      if (last < 0 || end > (ends[last] as number)) last = step
      const own = byRegion[regionOf[step] as number]
      if (own && end > (own[n] as number)) own[n] = end
      if (n < medians) {
        begun[step * medians + n] = begins[step] as number
        ended[step * medians + n] = end
      }
    }
    whole[n] = last < 0 ? 0 : (ends[last] as number)
    decides.note(last, cause)
  }
  return {
    draws,
    whole: rangeOf(whole),
    regions: byRegion.map(rangeOf),
    begins: mediansOf(begun, count, medians),
    ends: mediansOf(ended, count, medians),
    critical: decides.mostOften(),
  }
}

const rangeOf = (values: Float64Array): Range => {
  values.sort()
  return { p50: quantile(values, 0.5), p90: quantile(values, 0.9) }
}

/** Of ascending values, the smallest that at least a share `q` of them does not exceed. */
const quantile = (sorted: Float64Array, q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0

function mediansOf(values: Float64Array, count: number, each: number): Float64Array {
  return Float64Array.from({ length: count }, (_, step) => quantile(values.subarray(step * each, (step + 1) * each).sort(), 0.5))
}

/** Counts, over the draws, which step was last and which step held up which on the way there. */
function chains(count: number): { note(last: number, cause: Int32Array): void; mostOften(): number[] } {
  const often = new Map<number, number>()
  /** `step` was held up by `by`; a last step is what held up the end, which has the number `count`. */
  const add = (step: number, by: number): void => void often.set(step * (count + 1) + by + 1, (often.get(step * (count + 1) + by + 1) ?? 0) + 1)
  return {
    note(last, cause) {
      add(count, last)
      for (let step = last; step >= 0; step = cause[step] as number) add(step, cause[step] as number)
    },
    mostOften() {
      const best = new Map<number, { by: number; times: number }>()
      for (const [key, times] of often) {
        const step = Math.floor(key / (count + 1))
        if (times > (best.get(step)?.times ?? 0)) best.set(step, { by: (key % (count + 1)) - 1, times })
      }
      const chain: number[] = []
      const seen = new Set<number>()
      for (let step = best.get(count)?.by ?? -1; step >= 0 && !seen.has(step); step = best.get(step)?.by ?? -1) {
        seen.add(step)
        chain.unshift(step)
      }
      return chain
    },
  }
}
