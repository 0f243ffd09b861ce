import { mannWhitney } from './mann-whitney.ts'
import { mean, median } from './median.ts'

export interface Limits {
  /** Worse by less than this is not worth a word: an amount, or a share of the baseline's and at least an amount. */
  tolerance: { kind: 'absolute'; by: number } | { kind: 'relative'; by: number; atLeast?: number }
  /** What a clear worsening means; throughput depends on who comes, so it only withholds the pass. */
  worseMeans: 'fail' | 'no data'
  /** Observed below this share of the baseline is as good as nothing, and fails. */
  vanishedBelow?: number
  /** How a value reads in a sentence. */
  show(value: number): string
}

const tolerated = ({ tolerance }: Limits, was: number): number => (tolerance.kind === 'absolute' ? tolerance.by : Math.max(tolerance.by * Math.abs(was), tolerance.atLeast ?? 0))

export interface MetricJudgement {
  verdict: 'pass' | 'fail' | 'no data'
  effect: number | null
  p: number | null
  baselineMedian: number | null
  observedMedian: number | null
  because: string
}

/** Fewer values than this on either side say nothing. */
export const enoughSamples = 15
/** One-sided; a difference likelier than this may be chance. */
export const significance = 0.05
/** Probability that an observation is worse than one before, from which on it is clear ("large" in Vargha and Delaney is 0.71). */
export const clearEffect = 0.7

/**
 * Whether a metric is worse than it was. Fails where it is worse beyond chance, clearly, and by an amount that matters;
 * passes where there is enough on both sides and none of it points to worse. All else is no data: never good.
 */
export function judgeMetric({ baseline, observed, worse, limits }: { baseline: readonly number[]; observed: readonly number[]; worse: 'higher' | 'lower'; limits: Limits }): MetricJudgement {
  const before = baseline.filter(Number.isFinite)
  const after = observed.filter(Number.isFinite)
  const sign = worse === 'higher' ? 1 : -1
  const test = mannWhitney(before.map((value) => sign * value), after.map((value) => sign * value))
  const facts = { effect: test?.effect ?? null, p: test?.greater ?? null, baselineMedian: median(before), observedMedian: median(after) }
  const say = (verdict: MetricJudgement['verdict'], because: string): MetricJudgement => ({ verdict, ...facts, because })

  if (before.length === 0) return say('no data', 'there is no baseline to compare with')
  if (before.length < enoughSamples) return say('no data', `the baseline has ${before.length} of the ${enoughSamples} samples that are needed`)
  if (after.length < enoughSamples) return say('no data', `${after.length} of the ${enoughSamples} samples that are needed`)
  if (!test || facts.baselineMedian === null || facts.observedMedian === null) return say('no data', 'nothing can be compared')

  const change = `${limits.show(facts.observedMedian)}, before ${limits.show(facts.baselineMedian)}`
  if (limits.vanishedBelow !== undefined && facts.baselineMedian > 0 && facts.observedMedian < limits.vanishedBelow * facts.baselineMedian) return say('fail', `next to nothing comes in: ${change}`)

  const beyond = (was: number, is: number): boolean => sign * (is - was) > tolerated(limits, was)
  const significant = test.greater < significance
  const medianWorse = beyond(facts.baselineMedian, facts.observedMedian)
  if (significant && medianWorse && test.effect >= clearEffect) return say(limits.worseMeans, limits.worseMeans === 'fail' ? `clearly worse: ${change}` : `too different to compare: ${change}`)
  // Rare errors leave most seconds, and so the median, at zero: the mean sees them. Not clear enough to fail, not good enough to pass.
  const averages = [mean(before) ?? 0, mean(after) ?? 0] as const
  if (significant && (medianWorse || beyond(...averages))) return say('no data', `looks worse, not clearly: on average ${limits.show(averages[1])}, before ${limits.show(averages[0])}`)
  return say('pass', significant ? `worse by too little to matter: ${change}` : `no worse: ${change}`)
}
