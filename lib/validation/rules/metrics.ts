import type { MetricName, SampleFacts } from '../model.ts'
import { quantile } from './histogram.ts'
import type { Limits } from './judge-metric.ts'

export interface Metric {
  name: MetricName
  unit: string
  worse: 'higher' | 'lower'
  limits: Limits
  /** One value a sample; null where that sample says nothing about it. */
  valueOf(sample: SampleFacts): number | null
}

/** Seconds below which people feel no delay (Nielsen, Usability Engineering, 1993, ch. 5): less than this slower is nobody's incident. */
const imperceptible = 0.1

/** What a target is judged by. */
export const metrics: readonly Metric[] = [
  {
    name: 'error rate',
    unit: 'ratio',
    worse: 'higher',
    limits: { tolerance: { kind: 'absolute', by: 0.005 }, worseMeans: 'fail', show: (value) => `${round(value * 100)} % errors` },
    valueOf: ({ requests, errors }) => (requests > 0 ? errors / requests : null),
  },
  {
    name: 'latency',
    unit: 'seconds',
    worse: 'higher',
    limits: { tolerance: { kind: 'relative', by: 0.2, atLeast: imperceptible }, worseMeans: 'fail', show: (value) => `95 % within ${round(value * 1000)} ms` },
    valueOf: ({ latency }) => (latency ? quantile(0.95, latency) : null),
  },
  {
    name: 'throughput',
    unit: 'per second',
    worse: 'lower',
    limits: { tolerance: { kind: 'relative', by: 0.3 }, worseMeans: 'no data', vanishedBelow: 0.01, show: (value) => `${round(value)} requests per second` },
    valueOf: ({ requests, seconds }) => (seconds > 0 ? requests / seconds : null),
  },
]

/** Three digits at most: more would claim what was not measured. */
const round = (value: number): string => String(Number(value.toPrecision(3)))
