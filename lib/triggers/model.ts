import { z } from 'zod'

const seconds = z.number().int().nonnegative()

const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'small letters, digits and hyphens, at most 60'),
  windowSeconds: z.number().int().min(5).max(3_600).describe('How far back one judgement looks'),
  forSeconds: seconds.max(3_600).default(0).describe('How long it must be over the limit before it is a breach'),
  clearSeconds: seconds.max(3_600).default(30).describe('How long it must be back within the limit before the breach is over'),
  severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5']),
  action: z.enum(['rollback', 'propose', 'notify', 'escalate', 'suppress']),
  onlyAfterDeploymentSeconds: seconds.max(7 * 86_400).optional().describe('Judge only for so long after a deployment to the target'),
}

const measuredRule = z
  .strictObject({
    ...common,
    signal: z.enum(['error-ratio', 'latency-p95', 'latency-p50', 'request-rate']),
    direction: z.enum(['above', 'below']).default('above'),
    limit: z.number().nonnegative().describe('error-ratio: 0..1; latency: seconds; request-rate: per second'),
    minRequests: z.number().int().nonnegative().default(20).describe('Fewer in the window say nothing'),
  })
  .superRefine(({ signal, limit }, context) => {
    if (signal === 'error-ratio' && limit > 1) context.addIssue({ code: 'custom', path: ['limit'], message: `a ratio from 0 to 1: 2 % is 0.02` })
  })

/** Nothing to measure: whether anything at all is healthy, as the agent saw it. */
const instanceRule = z.strictObject({
  ...common,
  windowSeconds: common.windowSeconds.default(5),
  signal: z.literal('no-healthy-instance'),
  direction: z.literal('below').default('below'),
  limit: z.literal(1).default(1),
  minRequests: z.literal(0).default(0),
})

export const ruleSchema = z.discriminatedUnion('signal', [measuredRule, instanceRule])
export type Rule = z.output<typeof ruleSchema>
export type Signal = Rule['signal']

/** When to act: the versioned document that people review and apply. */
export const criteriaDocumentSchema = z
  .strictObject({
    v: z.literal(1),
    environments: z.array(z.string().min(1).max(60)).min(1).max(20),
    services: z.union([z.tuple([z.literal('*')]), z.array(z.string().min(1).max(60).refine((name) => name !== '*', '"*" stands alone')).min(1).max(200)], { error: '["*"] or a list of service names' }),
    rules: z.array(ruleSchema).min(1).max(50),
  })
  .superRefine(({ rules }, context) => {
    rules.forEach(({ name }, i) => {
      if (rules.findIndex((rule) => rule.name === name) < i) context.addIssue({ code: 'custom', path: ['rules', i, 'name'], message: `there is already a rule ${name}; names are unique` })
    })
  })
export type CriteriaDocument = z.output<typeof criteriaDocumentSchema>

/** What the evaluator remembers of a rule on a target between two looks. ISO times. */
export interface Memory {
  /** Since when it has been over the limit without a break. */
  badSince: string | null
  /** Since when it has been back within the limit, while its breach is still open. */
  goodSince: string | null
}

export const nothingRemembered: Memory = { badSince: null, goodSince: null }

/** What an agent last saw running on a target. */
export interface Instances {
  healthy: number
  total: number
  at: number
}

export type Verdict = 'ok' | 'breach' | 'no verdict'

export const evidenceSchema = z.strictObject({
  signal: z.string(),
  unit: z.string(),
  value: z.number().nullable(),
  limit: z.number(),
  direction: z.enum(['above', 'below']),
  windowSeconds: z.number(),
  requests: z.number(),
  series: z.array(z.strictObject({ at: z.string(), value: z.number().nullable() })).max(120),
  baseline: z.strictObject({ median: z.number(), low: z.number(), high: z.number() }).nullable(),
  sentence: z.string(),
})
