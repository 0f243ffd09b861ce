import { z } from 'zod'

/** Counts of one interval per bucket: one more count than bounds, the last above every bound. Bounds in seconds. */
export interface Histogram {
  bounds: readonly number[]
  counts: readonly number[]
}

/** One measured interval of one target. `at` in Unix milliseconds. */
export interface SampleFacts {
  at: number
  seconds: number
  requests: number
  errors: number
  latency: Histogram | null
}

export const histogramSchema = z
  .strictObject({
    bounds: z.array(z.number().positive()).min(1).max(60),
    counts: z.array(z.number().int().nonnegative()).max(61),
  })
  .superRefine(({ bounds, counts }, context) => {
    if (counts.length !== bounds.length + 1) context.addIssue({ code: 'custom', path: ['counts'], message: `one more than bounds: ${bounds.length + 1}` })
    if (bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] ?? 0))) context.addIssue({ code: 'custom', path: ['bounds'], message: 'each larger than the one before' })
  })

export const sampleSchema = z
  .strictObject({
    service: z.string().min(1).max(60),
    at: z.iso.datetime(),
    seconds: z.number().positive().max(300),
    requests: z.number().int().nonnegative().max(2_000_000_000),
    errors: z.number().int().nonnegative(),
    latency: histogramSchema.nullable(),
  })
  .superRefine(({ requests, errors }, context) => {
    if (errors > requests) context.addIssue({ code: 'custom', path: ['errors'], message: `at most requests: ${requests}` })
  })

export const metricNames = ['error rate', 'latency', 'throughput'] as const
export type MetricName = (typeof metricNames)[number]

/** What a validation row keeps of one target: whom it compares with, and what was last judged. */
export interface TargetResult {
  targetId: string
  service: string
  region: string
  baselineId: string | null
  metrics: MetricResult[]
}

export interface MetricResult {
  name: MetricName
  unit: string
  verdict: 'pass' | 'fail' | 'no data'
  baselineMedian: number | null
  observedMedian: number | null
  baselineSamples: number
  observedSamples: number
  effect: number | null
  p: number | null
  because: string
}
