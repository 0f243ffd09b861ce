import type { StepDocument } from '../model.ts'
import { handOverPrior, priorOf, quantilesOf } from './forecast-prior.ts'

/** What was recorded, in milliseconds: steps by `stepKeys`, from their first lease to their last word, retries included. */
export interface Recorded {
  steps: Readonly<Record<string, readonly number[]>>
  /** From the moment a step could start, a hand of its region being free, to its lease. */
  handOver: readonly number[]
  /** How many steps the agents that are heard of take at a time, by region. */
  hands: Readonly<Record<string, number>>
}
export const nothingRecorded: Recorded = { steps: {}, handOver: [], hands: {} }

/** Under which names a step's duration is kept and looked for, from the closest to the widest. */
export const stepKeys = (kind: string, service: string | null, region: string | null): string[] => [`${kind}:${service ?? ''}:${region ?? ''}`, `${kind}:${service ?? ''}`, kind]

/** Fewer records than this are mixed with what is known of wider ones, and in the end with the prior. */
export const enough = 5
/** How finely a mixture is kept. */
const grain = 200

/**
 * What a duration may be, as ascending values. With n of them the next one falls into each of the n + 1 gaps between, below
 * and above them with the same chance (all it takes is that past and next are exchangeable): so once in n + 1 it is longer
 * than anything seen, and then by how much is a stated guess, Pareto with exponent 2. A `fixed` one takes exactly its value.
 */
export interface Spread {
  values: Float64Array
  fixed: boolean
}

/** As much of a step as its duration depends on. */
type Timed = Pick<StepDocument, 'kind' | 'service' | 'region' | 'params'>

/** The spread of each step of a plan that it is asked for; equal ones are the same object. */
export function spreads(recorded: Recorded): { of(step: Timed): Spread; handOver: Spread; isRecorded(step: Timed): boolean } {
  const known = new Map<string, Spread>()
  const find = (keys: readonly string[], kind: string): Spread => {
    const [key, ...wider] = keys
    if (key === undefined) return remembered(known, `prior ${kind}`, () => ({ values: quantilesOf(priorOf(kind), grain), fixed: false }))
    return remembered(known, key, () => mixed(recorded.steps[key] ?? [], find(wider, kind)))
  }
  return {
    of: (step) => {
      const exactly = fixedMs(step)
      return exactly === null ? find(stepKeys(step.kind, step.service, step.region), step.kind) : remembered(known, `exactly ${exactly}`, () => ({ values: Float64Array.of(exactly), fixed: true }))
    },
    handOver: mixed(recorded.handOver, { values: quantilesOf(handOverPrior, grain), fixed: false }),
    isRecorded: (step) => stepKeys(step.kind, step.service, step.region).slice(0, 2).some((key) => (recorded.steps[key] ?? []).length >= enough),
  }
}

/** What takes as long as its plan says, whoever waits for it. */
export function fixedMs({ kind, params }: Pick<StepDocument, 'kind' | 'params'>): number | null {
  if (kind === 'barrier') return 0
  return kind === 'wait' && typeof params['ms'] === 'number' ? Math.max(0, params['ms']) : null
}

function remembered(known: Map<string, Spread>, key: string, make: () => Spread): Spread {
  const before = known.get(key)
  if (before) return before
  const made = make()
  known.set(key, made)
  return made
}

/** Records where there are enough; else each record weighs a part, and what is wider the rest. */
function mixed(records: readonly number[], wider: Spread): Spread {
  if (records.length === 0) return wider
  const own = Float64Array.from(records).sort()
  if (own.length >= enough) return { values: own, fixed: false }
  const part = Math.round((grain * own.length) / enough)
  const values = Float64Array.from({ length: grain }, (_, index) => (index < part ? at(own, (index + 0.5) / part) : at(wider.values, (index - part + 0.5) / (grain - part))))
  return { values: values.sort(), fixed: false }
}

const at = (values: Float64Array, share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] as number

/** The longest a step can take: every attempt to its timeout, and the waits between. */
export function longestMs({ timeoutMs, retry }: StepDocument): number {
  let all = timeoutMs
  for (let again = 0; again < retry.times; again++) all += timeoutMs + Math.min(retry.maxBackoffMs, retry.backoffMs * 2 ** again)
  return all
}

/**
 * A duration: the one below which a share `u` (0 ≤ u < 1) of the spread lies, of those that are longer than `after`
 * milliseconds. Grows with `u`, and is never below `after`.
 */
export function drawOf({ values, fixed }: Spread, u: number, after = 0): number {
  const n = values.length
  const longest = values[n - 1] as number
  if (fixed) return Math.max(longest, after)
  // Of a Pareto tail, what is left beyond any point is a Pareto tail from there.
  if (after >= longest) return after / Math.sqrt(1 - u)
  const from = after > (values[0] as number) ? place(values, after) : 0
  const spot = from + u * (n + 1 - from)
  const gap = Math.min(n, Math.floor(spot))
  const into = spot - gap
  if (gap === n) return longest / Math.sqrt(Math.max(1 - into, 1e-9))
  const high = values[gap] as number
  const low = gap === 0 ? high : (values[gap - 1] as number)
  return Math.max(after, low + into * (high - low))
}

/** Median and 90th percentile of something that is in no plan yet, whole milliseconds. */
export function durationOf(recorded: Recorded, step: Pick<StepDocument, 'kind' | 'service' | 'region'>): { p50Ms: number; p90Ms: number } {
  const spread = spreads(recorded).of({ ...step, params: {} })
  return { p50Ms: Math.round(drawOf(spread, 0.5)), p90Ms: Math.round(drawOf(spread, 0.9)) }
}

/** As many equally likely durations as `wheelSize`, ascending: a draw is one look into them. */
export const wheelSize = 256
export function wheelOf(spread: Spread): Float64Array {
  return Float64Array.from({ length: wheelSize }, (_, index) => drawOf(spread, (index + 0.5) / wheelSize))
}

/** Where a value lies among the gaps: 2.5 is the middle of the third. */
function place(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  const [below, above] = [values[low - 1] as number, values[low] as number]
  return low + (value - below) / (above - below)
}
