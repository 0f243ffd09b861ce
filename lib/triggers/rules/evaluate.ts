import type { SampleFacts } from '#lib/validation/model.ts'
import type { Instances, Memory, Rule, Verdict } from '../model.ts'
import { measure } from './measure.ts'
import { sentenceOf } from './sentence.ts'

export interface Facts {
  samples: readonly SampleFacts[]
  instances: Instances | null
  /** When the newest deployment to the target was asked for; null = never. */
  deployedAt: number | null
  /** Whether a breach of this rule is open on the target. */
  open: boolean
  memory: Memory
  now: number
}

export interface Evaluation {
  verdict: Verdict
  because: string
  value: number | null
  requests: number
  memory: Memory
}

/**
 * One look of one rule at one target. Over the limit for `forSeconds` without a break is a breach; it ends after
 * `clearSeconds` within the limit without a break. What could not be measured is neither, breaks both spells, and
 * leaves an open breach open.
 */
export function evaluate(rule: Rule, { samples, instances, deployedAt, open, memory, now }: Facts): Evaluation {
  const forgotten: Memory = { badSince: null, goodSince: null }
  const watched = rule.onlyAfterDeploymentSeconds
  if (watched !== undefined && !open && (deployedAt === null || now - deployedAt > watched * 1000)) {
    return { verdict: 'no verdict', because: `only judged for ${watched} s after a deployment`, value: null, requests: 0, memory: forgotten }
  }
  const seen = measure(rule, samples, instances, now)
  if (!seen.ok) return { verdict: 'no verdict', because: open ? `${seen.because}; the breach stays open` : seen.because, value: seen.value, requests: seen.requests, memory: forgotten }

  const { value, requests } = seen
  const sentence = sentenceOf(rule, value, requests)
  const at = new Date(now).toISOString()
  const lasted = (since: string): number => Math.max(0, now - Date.parse(since)) / 1000

  if (rule.direction === 'above' ? value > rule.limit : value < rule.limit) {
    const badSince = memory.badSince ?? at
    const over = open || lasted(badSince) >= rule.forSeconds
    return { verdict: over ? 'breach' : 'ok', because: over ? sentence : `${sentence}; for ${Math.floor(lasted(badSince))} s of ${rule.forSeconds} s`, value, requests, memory: { badSince, goodSince: null } }
  }
  if (!open) return { verdict: 'ok', because: sentence, value, requests, memory: forgotten }
  const goodSince = memory.goodSince ?? at
  const cleared = lasted(goodSince) >= rule.clearSeconds
  return {
    verdict: cleared ? 'ok' : 'breach',
    because: cleared ? sentence : `${sentence}; within the limit for ${Math.floor(lasted(goodSince))} s of ${rule.clearSeconds} s`,
    value,
    requests,
    memory: cleared ? forgotten : { badSince: null, goodSince },
  }
}
