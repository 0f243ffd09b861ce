import { z } from 'zod'

/** The version of a plan's form; hashed with it. */
export const planVersion = 2

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')

export const releaseRefSchema = z.strictObject({ releaseId: z.uuid(), version: z.string(), digest, url: z.string() })
export type ReleaseRef = z.infer<typeof releaseRefSchema>

/** Something an agent (or the command center itself) can do: what kind of thing, and with which parameters. */
export const actionSchema = z.strictObject({ kind: z.string(), params: z.record(z.string(), z.unknown()) })
export type Action = z.infer<typeof actionSchema>

/**
 * What a step is for. `kind` says how it is done; two roles may be done in the same way (a `migrate` and a `purge` may both be `sql`).
 * A target that moves while it serves: stage → deploy → verify. One that moves behind a drain: stage → drain → stop → deploy → verify → open.
 */
export const stepRoles = ['snapshot', 'stage', 'hold', 'drain', 'stop', 'purge', 'migrate', 'deploy', 'verify', 'open', 'barrier', 'playbook'] as const
export type StepRole = (typeof stepRoles)[number]

/** Kinds that the command center does itself: no agent, no region. */
export const centerKinds = ['barrier', 'wait', 'approve', 'validate', 'notify', 'manual'] as const
export type CenterKind = (typeof centerKinds)[number]
export const isCenterKind = (kind: string): kind is CenterKind => (centerKinds as readonly string[]).includes(kind)

/** How often a failed attempt is repeated by itself; only where the step is repeatable. Waits double from `backoffMs` up to `maxBackoffMs`. */
export const retrySchema = z.strictObject({ times: z.number().int().min(0).max(20), backoffMs: z.number().int().min(0), maxBackoffMs: z.number().int().min(0) })
export type Retry = z.infer<typeof retrySchema>
export const noRetry: Retry = { times: 0, backoffMs: 0, maxBackoffMs: 0 }

export const stepDocumentSchema = z.strictObject({
  key: z.string(),
  role: z.enum(stepRoles),
  kind: z.string(),
  /** Null where the step is about no single service. */
  service: z.string().nullable(),
  target: z.uuid().nullable(),
  environment: z.string(),
  /** Null for what the command center does itself. */
  region: z.string().nullable(),
  agentKind: z.enum(['real', 'drill']),
  params: z.record(z.string(), z.unknown()),
  repeatable: z.boolean(),
  timeoutMs: z.number().int().positive(),
  after: z.array(z.string()),
  retry: retrySchema,
  /** Read-only: is it done already? Asked before a second attempt whose first ended without a known outcome. */
  check: actionSchema.nullable(),
  /** What takes the step's effect back; done only when a person asks for it. */
  compensate: actionSchema.nullable(),
})
export type StepDocument = z.infer<typeof stepDocumentSchema>

/** What is hashed and voted on. The forecast lives beside it. */
export const planDocumentSchema = z.strictObject({
  v: z.literal(planVersion),
  purpose: z.enum(['rollback', 'deployment']),
  environment: z.string(),
  agentKind: z.enum(['real', 'drill']),
  /** The playbook that shaped it: an immutable revision. */
  playbook: z.strictObject({ name: z.string(), revision: z.number().int(), digest }).nullable(),
  moves: z.array(
    z.strictObject({
      target: z.uuid(),
      service: z.string(),
      region: z.string(),
      from: z.array(z.strictObject({ digest: z.string(), version: z.string().nullable() })),
      to: releaseRefSchema,
      /** `asked` = somebody named it; `along` = it has to come along, and its release is not the suspect. */
      why: z.enum(['asked', 'along']),
      /** The key of the group it moves with behind a drain; null where it moves while it serves. */
      group: z.string().nullable(),
    }),
  ),
  /** Schema versions that are taken back, one step each, in order. */
  migrations: z.array(z.strictObject({ database: z.string(), region: z.string().nullable(), from: z.number().int(), to: z.number().int(), step: z.string(), group: z.string().nullable() })),
  /** What moves together: traffic closed, all old stopped, then all new started, checked, opened. */
  groups: z.array(z.strictObject({ key: z.string(), because: z.string() })),
  steps: z.array(stepDocumentSchema),
  edges: z.array(z.strictObject({ from: z.string(), to: z.string(), because: z.string() })),
  /** `target:<environment>/<service>/<region>` of all that moves, and named locks; `shared` of every neighbour with which something that moves has a pair. */
  locks: z.strictObject({ exclusive: z.array(z.string()), shared: z.array(z.string()) }),
  excused: z.array(z.string()),
  losses: z.array(z.strictObject({ what: z.string(), severity: z.enum(['none', 'some', 'serious', 'unknown']) })),
  reversible: z.strictObject({ yes: z.boolean(), because: z.string() }),
  /** What is left abnormal when it has succeeded, and what puts it right: becomes exceptions. */
  leaves: z.array(z.strictObject({ what: z.string(), undo: z.string() })),
  /** What whoever decides has to know besides: a freeze that is in force, a declared outage. */
  notes: z.array(z.string()),
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
  /** `scope`: one database a region, or one for all. While it runs, the database is at a version in `reads`, and at `writes` or above: starting it migrates up to `writes`. */
  schema: { database: string; scope: 'region' | 'global'; reads: readonly [number, number]; writes: number } | null
  oneWay: string | null
  besideItself: boolean
  /** What stays behind when it stops (rows, messages, sessions, caches), which of those left by others it can read, and how what it left can be purged. */
  residue: { leaves: readonly { what: string; version: string; purge: Action | null }[]; reads: readonly { what: string; range: string }[] }
  /** Kill switches: a flag, and what turning it off takes away. */
  flags: readonly { flag: string; covers: string }[]
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
  /** Whether somebody named it, or it only has to come along. */
  why: 'asked' | 'along'
  /** Where it could go if it had to come along: its own last known good. Null = nowhere. */
  candidate: ReleaseFacts | null
  /** Fewer of it are seen healthy than have to be up, whatever the plan does. */
  out: boolean
  /** What would undo the work: a GitOps controller, with how to hold it and how a person lets go again. */
  reconciler: { name: string; hold: Action; undo: string } | null
}

export interface RegionFacts {
  name: string
  rtoSeconds: number
  trafficShare: number
  /** Step kinds that a live agent of the region may do; null = there is none to ask. */
  kinds: readonly string[] | null
  /** How many steps run in it at a time. */
  maxParallel: number
}

/** One database: of a region, or (region null) one for all. */
export interface DatabaseFacts {
  database: string
  region: string | null
  /** The schema version it is at; null = not known, then what runs there says. */
  version: number | null
  /** How each version is taken back to the one before; `action` null = it cannot be. */
  undo: readonly { from: number; to: number; action: Action | null; because: string }[]
  /** The region whose agents reach it. */
  reachedFrom: string
}

/**
 * How much of a set may be out at the same time. A member is out from the first step that touches it (drain, or deploy while it
 * serves) to its last (open, or verify). In a `quorum` a member weighs its whole weight while it moves; in a `capacity` a member
 * that moves while it serves weighs `weight / instances`, one behind a drain its whole weight.
 */
export interface LimitFacts {
  name: string
  kind: 'quorum' | 'capacity'
  members: readonly { targetId: string; weight: number }[]
  mayBeOut: number
}

/** A window in force now. In a `freeze` nothing is deployed; a rollback passes where `rollback` says so. What is in `maintenance` counts as out, and is not moved. */
export interface WindowFacts {
  name: string
  kind: 'freeze' | 'maintenance'
  /** ISO 8601. */
  until: string
  targetIds: readonly string[]
  rollback: boolean
}

export interface Situation {
  purpose: 'rollback' | 'deployment'
  environment: string
  agentKind: 'real' | 'drill'
  targets: readonly TargetFacts[]
  regions: readonly RegionFacts[]
  databases: readonly DatabaseFacts[]
  limits: readonly LimitFacts[]
  windows: readonly WindowFacts[]
  /** Targets that were to go back and have nothing to go back to, as `checkout in eu`. */
  missing: readonly string[]
}

/** Why there is no plan: `because` in one sentence, `conflict` the smallest set of facts that cannot hold together, `alsoMove` the smallest set of further targets that makes one possible (null = none found). */
export interface NoPlan {
  ok: false
  because: string
  conflict: readonly string[]
  alsoMove: readonly { targetId: string; service: string; region: string; version: string }[] | null
}
export type PlanResult = { ok: true; document: PlanDocument } | NoPlan
