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

/** The newest so many samples of a target are looked at: a fleet that has just changed is slow at first, and that is not its health. */
export const newestSamples = 30

/** A judgement for a moment: what the newest samples say. */
export const judgeNewest = (baseline: readonly SampleFacts[], observed: readonly SampleFacts[]): MetricResult[] => judgeTarget(baseline, observed.slice(-newestSamples))

type Judged = readonly { metrics: readonly { verdict: 'pass' | 'fail' | 'no data' }[] }[]

/** Whether a validation is over: as soon as everything passes, else at its deadline with what is known then. Worse now may be well in a minute. */
export function settle(targets: Judged, pastDeadline: boolean): { done: boolean; verdict: 'pass' | 'fail' | 'no data' | null } {
  const verdict = overall(targets.map((target) => overall(target.metrics.map((metric) => metric.verdict))))
  return verdict === 'pass' || pastDeadline ? { done: true, verdict } : { done: false, verdict: null }
}

/** Samples between two things said about a validation that has no news. */
const quietSamples = 5

/** Whether what is known now differs enough from what was said last to be said: another verdict, or some more samples. */
export function isNews(before: readonly { metrics: readonly MetricResult[] }[], after: readonly { metrics: readonly MetricResult[] }[]): boolean {
  return after.some((target, index) =>
    target.metrics.some((metric, place) => {
      const said = before[index]?.metrics[place]
      return !said || said.verdict !== metric.verdict || metric.observedSamples >= said.observedSamples + quietSamples
    }),
  )
}
