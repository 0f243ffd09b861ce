import type { PlanDocument, StepDocument } from '#lib/orchestration/model.ts'
import { noRetry, planVersion } from '#lib/orchestration/model.ts'

/** A step with as little said as a test of time needs. */
export const timed = (key: string, after: readonly string[] = [], says: Partial<StepDocument> = {}): StepDocument => ({
  key, role: 'deploy', kind: 'deploy', service: 'checkout', target: null, environment: 'production', region: 'eu', agentKind: 'real', params: {}, repeatable: true, timeoutMs: 600_000, after: [...after],
  retry: noRetry, check: null, compensate: null, ...says,
})

/** A plan of these steps that moves nothing: enough for what looks at steps only. */
export const planOf = (steps: readonly StepDocument[]): PlanDocument => ({
  v: planVersion, purpose: 'rollback', environment: 'production', agentKind: 'real', playbook: null, moves: [], migrations: [], groups: [], steps: [...steps], edges: [], locks: { exclusive: [], shared: [] },
  excused: [], losses: [], reversible: { yes: true, because: '' }, leaves: [], notes: [],
})
