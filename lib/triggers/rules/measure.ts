import type { Histogram, SampleFacts } from '#lib/validation/model.ts'
import { mergeHistograms, quantile } from '#lib/validation/rules/histogram.ts'
import type { Instances, Rule, Signal } from '../model.ts'

/** Older than this, the newest sample no longer says how things are. */
export const sampleFreshMs = 10_000
/** The same for what an agent saw running. */
export const instancesFreshMs = 15_000

/** Clocks differ a little; a sample from further ahead counts when its time has come, or a wrong clock would keep a dead target fresh. */
export const aheadMs = 2_000

export type Measured = { ok: true; value: number; requests: number } | { ok: false; because: string; value: number | null; requests: number }

/** The value of a rule's signal over its window, or why there is none. `all` may reach further back and is sorted by time. */
export function measure(rule: Rule, all: readonly SampleFacts[], instances: Instances | null, now: number): Measured {
  if (rule.signal === 'no-healthy-instance') {
    if (!instances) return { ok: false, because: 'no agent has seen this target', value: null, requests: 0 }
    if (now - instances.at > instancesFreshMs) return { ok: false, because: `no agent has seen this target for ${wholeSeconds(now - instances.at)} s`, value: null, requests: 0 }
    return { ok: true, value: instances.healthy, requests: 0 }
  }
  const samples = (all.at(-1)?.at ?? now) > now + aheadMs ? all.filter((sample) => sample.at <= now + aheadMs) : all
  const newest = samples.at(-1)
  if (!newest) return { ok: false, because: 'no samples', value: null, requests: 0 }
  if (now - newest.at > sampleFreshMs) return { ok: false, because: `no samples for ${wholeSeconds(now - newest.at)} s`, value: null, requests: 0 }

  const window = inWindow(samples, now - rule.windowSeconds * 1000)
  let requests = 0
  let measured = 0
  for (const sample of window) {
    requests += sample.requests
    measured += sample.seconds
  }
  const value = valueOf(rule.signal, window)
  if (rule.signal === 'request-rate') {
    // A rate needs no traffic, but most of its window: a gap is not silence.
    if (measured < rule.windowSeconds / 2) return { ok: false, because: `measured for ${wholeSeconds(measured * 1000)} s of ${rule.windowSeconds} s`, value, requests }
  } else if (requests < rule.minRequests) {
    return { ok: false, because: `${requests} ${requests === 1 ? 'request' : 'requests'} in ${rule.windowSeconds} s, at least ${rule.minRequests} are needed`, value, requests }
  }
  if (value === null) return { ok: false, because: requests === 0 ? 'no requests' : 'the source has no latency', value, requests }
  return { ok: true, value, requests }
}

/** One signal over some samples; null where they say nothing about it. */
export function valueOf(signal: Signal, samples: readonly SampleFacts[]): number | null {
  switch (signal) {
    case 'error-ratio': {
      const requests = samples.reduce((sum, sample) => sum + sample.requests, 0)
      return requests > 0 ? samples.reduce((sum, sample) => sum + sample.errors, 0) / requests : null
    }
    case 'request-rate': {
      // By measured seconds, not by the clock: two agents that overlap for a moment do not double the rate.
      const seconds = samples.reduce((sum, sample) => sum + sample.seconds, 0)
      return seconds > 0 ? samples.reduce((sum, sample) => sum + sample.requests, 0) / seconds : null
    }
    case 'latency-p50':
    case 'latency-p95': {
      const merged = mergeHistograms(samples.map((sample) => sample.latency).filter((one): one is Histogram => one !== null))
      return merged ? quantile(signal === 'latency-p50' ? 0.5 : 0.95, merged) : null
    }
    case 'no-healthy-instance':
      return null
  }
}

/** The samples after a moment, found by halving: they are sorted and there may be thousands. */
export function inWindow(samples: readonly SampleFacts[], after: number): readonly SampleFacts[] {
  let low = 0
  let high = samples.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((samples[middle]?.at ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low === 0 ? samples : samples.slice(low)
}

const wholeSeconds = (ms: number): number => Math.round(ms / 1000)
