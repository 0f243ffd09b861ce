import type { SampleFacts } from '#lib/validation/model.ts'
import { quantileOf } from '#lib/validation/rules/median.ts'
import type { Rule } from '../model.ts'
import type { EvidenceView } from '../view.ts'
import type { Evaluation } from './evaluate.ts'
import { inWindow, valueOf } from './measure.ts'
import { sentenceOf, unitOf } from './sentence.ts'

const maxPoints = 120

/** How far back the drawing of a rule reaches. */
export const evidenceMs = (rule: Rule): number => rule.windowSeconds * 3 * 1000

/** What a rule saw, as it is kept with the breach: one point a sample, and the band in which the target was before its last deployment. */
export function evidenceOf(rule: Rule, { value, requests }: Pick<Evaluation, 'value' | 'requests'>, samples: readonly SampleFacts[], baseline: readonly SampleFacts[], now: number): EvidenceView {
  const before = baseline.map((sample) => valueOf(rule.signal, [sample])).filter((one) => one !== null)
  const [median, low, high] = [quantileOf(before, 0.5), quantileOf(before, 0.1), quantileOf(before, 0.9)]
  return {
    signal: rule.signal,
    unit: unitOf(rule.signal),
    value,
    limit: rule.limit,
    direction: rule.direction,
    windowSeconds: rule.windowSeconds,
    requests,
    series: rule.signal === 'no-healthy-instance' ? [] : thinned(inWindow(samples, now - evidenceMs(rule))).map((group) => ({ at: new Date(group.at(-1)?.at ?? now).toISOString(), value: valueOf(rule.signal, group) })),
    baseline: median === null || low === null || high === null ? null : { median, low, high },
    sentence: sentenceOf(rule, value, requests),
  }
}

/** One group a sample; where there are too many to draw, neighbours are measured together so that none is left out. */
function thinned(samples: readonly SampleFacts[]): (readonly SampleFacts[])[] {
  const size = Math.max(1, Math.ceil(samples.length / maxPoints))
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, i) => samples.slice(i * size, (i + 1) * size))
}
