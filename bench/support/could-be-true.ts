import type { Rule } from '#lib/triggers/model.ts'

/** One measured interval, as the agent sent it; `at` in milliseconds is its end. */
export interface Measured {
  at: number
  requests: number
  errors: number
}

/**
 * The first moment at which an error-ratio rule could have been true for somebody who sees every sample the moment its
 * interval ends and looks without pause: over the limit at some sample, and at every later one until `forSeconds` have
 * passed. Written here a second time on purpose: what is measured should not say itself when it was due. Null = never.
 */
export function couldBeTrue({ limit, windowSeconds, forSeconds, minRequests }: Pick<Rule, 'limit' | 'windowSeconds' | 'forSeconds' | 'minRequests'>, samples: readonly Measured[]): number | null {
  let since: number | null = null
  for (const { at } of samples) {
    if (since !== null && at - since >= forSeconds * 1000) return since + forSeconds * 1000
    let requests = 0
    let errors = 0
    for (const sample of samples) {
      if (sample.at <= at - windowSeconds * 1000 || sample.at > at) continue
      requests += sample.requests
      errors += sample.errors
    }
    const over = requests >= minRequests && errors / requests > limit
    if (!over) since = null
    else since ??= at
  }
  return since === null ? null : since + forSeconds * 1000
}
