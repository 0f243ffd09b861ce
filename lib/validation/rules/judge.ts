import type { MetricResult, SampleFacts } from '../model.ts'
import { judgeMetric } from './judge-metric.ts'
import { metrics } from './metrics.ts'

/** Every metric of one target, against the samples of its baseline. */
export const judgeTarget = (baseline: readonly SampleFacts[], observed: readonly SampleFacts[]): MetricResult[] =>
  metrics.map(({ name, unit, worse, limits, valueOf }) => {
    const before = baseline.map(valueOf).filter((value) => value !== null)
    const after = observed.map(valueOf).filter((value) => value !== null)
    return { name, unit, baselineSamples: before.length, observedSamples: after.length, ...judgeMetric({ baseline: before, observed: after, worse, limits }) }
  })

/** One fail fails; one unknown leaves all unknown; only all good is good, and nothing at all is not good. */
export function overall(verdicts: readonly ('pass' | 'fail' | 'no data')[]): 'pass' | 'fail' | 'no data' {
  if (verdicts.includes('fail')) return 'fail'
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'no data'
}

/** Whether a validation is over: on pass and on fail at once, and at its deadline with what is known then. */
export function settle(targets: readonly { metrics: readonly { verdict: 'pass' | 'fail' | 'no data' }[] }[], pastDeadline: boolean): { done: boolean; verdict: 'pass' | 'fail' | 'no data' | null } {
  const verdict = overall(targets.map((target) => overall(target.metrics.map((metric) => metric.verdict))))
  return verdict !== 'no data' || pastDeadline ? { done: true, verdict } : { done: false, verdict: null }
}
