import { z } from 'zod'

/** The version of a plan's form; hashed with it. */
export const planVersion = 1

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')

export const releaseRefSchema = z.strictObject({ releaseId: z.uuid(), version: z.string(), digest, url: z.string() })
export type ReleaseRef = z.infer<typeof releaseRefSchema>

export const stepDocumentSchema = z.strictObject({
  key: z.string(),
  kind: z.string(),
  service: z.string(),
  target: z.uuid(),
  environment: z.string(),
  region: z.string(),
  agentKind: z.enum(['real', 'drill']),
  params: z.record(z.string(), z.unknown()),
  repeatable: z.boolean(),
  timeoutMs: z.number().int().positive(),
  after: z.array(z.string()),
})
export type StepDocument = z.infer<typeof stepDocumentSchema>

/** What is hashed and voted on. The forecast lives beside it. */
export const planDocumentSchema = z.strictObject({
  v: z.literal(planVersion),
  purpose: z.enum(['rollback', 'deployment']),
  environment: z.string(),
  agentKind: z.enum(['real', 'drill']),
  moves: z.array(z.strictObject({ target: z.uuid(), service: z.string(), region: z.string(), from: z.array(z.strictObject({ digest: z.string(), version: z.string().nullable() })), to: releaseRefSchema })),
  steps: z.array(stepDocumentSchema),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), because: z.string() })),
  excused: z.array(z.string()),
  losses: z.array(z.strictObject({ what: z.string(), severity: z.enum(['none', 'some', 'serious', 'unknown']) })),
  reversible: z.strictObject({ yes: z.boolean(), because: z.string() }),
})
export type PlanDocument = z.infer<typeof planDocumentSchema>

/** What a release says of itself that the planner needs. */
export interface ReleaseFacts {
  releaseId: string
  version: string
  digest: string
  url: string
  offers: readonly { contract: string; version: string }[]
  calls: readonly { contract: string; range: string; scope: 'region' | 'global' }[]
  schema: { database: string; reads: readonly [number, number]; writes: number } | null
  oneWay: string | null
  besideItself: boolean
}

export interface TargetFacts {
  targetId: string
  service: string
  region: string
  instances: number
  minUp: number
  /** Whether switching it a second time to the same release is harmless. */
  repeatable: boolean
  /** Null = never observed, or too long ago: not known. */
  running: readonly { digest: string; instances: number; release: ReleaseFacts | null }[] | null
  /** Where it should go; null = it stays. */
  goTo: ReleaseFacts | null
}

export interface RegionFacts {
  name: string
  rtoSeconds: number
  trafficShare: number
}

export interface Situation {
  purpose: 'rollback' | 'deployment'
  environment: string
  agentKind: 'real' | 'drill'
  targets: readonly TargetFacts[]
  regions: readonly RegionFacts[]
  /** Targets that were to go back and have nothing to go back to, as `checkout in eu`. */
  missing: readonly string[]
}

export type PlanResult = { ok: true; document: PlanDocument } | { ok: false; because: string }
