import type { Action, Retry, StepRole } from './model.ts'
import type { PersonRef } from '#lib/governance/view.ts'
import type { ValidationView } from '#lib/validation/view.ts'

export type StepStatus = 'blocked' | 'ready' | 'leased' | 'succeeded' | 'failed' | 'indeterminate' | 'skipped' | 'cancelled'
export type RunStatus = 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted'

/** How long a plan takes from its start, in milliseconds. */
export interface ForecastView {
  p50Ms: number
  p90Ms: number
  regions: { region: string; p50Ms: number; p90Ms: number; rtoSeconds: number }[]
  /** When each step most likely begins and ends (medians), in milliseconds from the start: what the picture is drawn from. */
  steps: { key: string; startMs: number; endMs: number }[]
  /** The chain of steps that most often decides when it is over, first to last. */
  critical: string[]
  /** How it was reckoned, in words: recorded durations or the stated prior. */
  basis: string
}

/** The forecast of a run at work, reckoned from what has happened so far. */
export interface LiveForecastView {
  /** ISO 8601: as of when it was reckoned. */
  at: string
  /** ISO 8601, absolute; null where nothing can be said (nothing moves, or a person has to decide first). */
  p50At: string | null
  p90At: string | null
  regions: { region: string; p50At: string | null; p90At: string | null; rtoAt: string; doneAt: string | null; alarm: boolean }[]
  steps: { key: string; startAt: string; endAt: string }[]
  critical: string[]
  /** Set where the 90th percentile passes a region's RTO: which, and by how much, in words. */
  alarm: string | null
}

/** One way to deal with it, beside the others on one card. Rolling back is one of them. */
export interface OptionView {
  kind: 'roll-back' | 'flag-off' | 'shift-traffic' | 'roll-forward' | 'hold'
  possible: boolean
  /** Why it is possible or not, in a sentence. */
  because: string
  /** Until it takes effect; null = not known. */
  timeToEffect: { p50Ms: number; p90Ms: number } | null
  lost: string
  blastRadius: string
  reversible: { yes: boolean; because: string }
}

export interface LossView {
  what: string
  severity: 'none' | 'some' | 'serious' | 'unknown'
}

export interface PlanStepView {
  key: string
  role: StepRole
  stepKind: string
  /** Empty where the step is about no single service. */
  service: string
  /** Empty for what the command center does itself. */
  region: string
  after: string[]
  repeatable: boolean
  timeoutMs: number
  /** Exactly what would be executed. */
  params: Record<string, unknown>
  retry: Retry
  check: Action | null
  compensate: Action | null
  group: string | null
}

export interface PlanView {
  id: string
  hash: string
  purpose: 'rollback' | 'deployment'
  kind: 'real' | 'drill'
  status: 'proposed' | 'superseded'
  incidentId: string | null
  incident: { id: string; number: number; title: string } | null
  environment: string
  sentence: string
  moves: { service: string; region: string; from: string[]; to: string; toDigest: string; why: 'asked' | 'along'; group: string | null }[]
  steps: PlanStepView[]
  groups: { key: string; because: string; members: string[] }[]
  notes: string[]
  leaves: { what: string; undo: string }[]
  /** What was broken before anything moved, and stays so on the way. */
  excused: string[]
  playbook: { name: string; revision: number } | null
  options: OptionView[]
  reasons: { from: string; to: string; because: string }[]
  losses: LossView[]
  reversible: { yes: boolean; because: string }
  /** What the separate verifier said of this very document. */
  proof: { holds: boolean; because: string }
  forecast: ForecastView
  createdBy: string
  /** Who proposed it, by name. */
  author: string
  createdAt: string
  /** The plan of the same incident whose place it took, and the one that stands there now. */
  supersedes: string | null
  supersededBy: string | null
  runId: string | null
  approvalId: string | null
}

export interface StepView {
  id: string
  key: string
  role: StepRole
  stepKind: string
  service: string
  region: string
  group: string | null
  status: StepStatus
  cancelling: boolean
  repeatable: boolean
  attempt: number
  agent: string | null
  after: string[]
  /** Why it is not moving, or what went wrong. */
  because: string | null
  startedAt: string | null
  finishedAt: string | null
  leaseExpiresAt: string | null
  /** The last few lines; the whole is at step.log. */
  tail: { at: string; stream: string; line: string }[]
  lines: number
  /** What it reported at its end; null where nothing was, or more than a screen can use. */
  result: Record<string, unknown> | null
}

/** Something that a person can do next; `step` is the key of the step that it is done to. */
export interface WayOn {
  command: 'run.pause' | 'run.resume' | 'run.abort' | 'run.compensate' | 'step.retry' | 'step.skip' | 'step.settle' | 'step.confirm' | 'step.approve'
  step: string | null
  say: string
}

export interface RunView {
  id: string
  kind: 'real' | 'drill'
  purpose: 'rollback' | 'deployment'
  status: RunStatus
  because: string | null
  version: number
  sentence: string
  planId: string
  planHash: string
  incident: { id: string; number: number; title: string } | null
  environment: string
  authority: { kind: 'approval'; requestId: string; votes: PersonRef[] } | { kind: 'standing'; policyRevision: number; rule: string; /** The criteria rule that asked; absent for a deployment. */ asked?: string | null }
  commander: PersonRef | null
  startedBy: string
  startedAt: string | null
  finishedAt: string | null
  forecast: ForecastView
  /** Null before it starts and after it ends. */
  live: LiveForecastView | null
  groups: { key: string; because: string; members: string[] }[]
  regions: { name: string; rtoSeconds: number; status: 'waiting' | 'working' | 'done' | 'stuck'; because: string; steps: StepView[] }[]
  reasons: { from: string; to: string; because: string }[]
  validation: ValidationView | null
  /** What a person can do next, the most useful first; empty where there is nothing. */
  waysOn: WayOn[]
}

export interface StepLogView {
  stepId: string
  key: string
  lines: { epoch: number; seq: number; at: string; stream: string; line: string }[]
}

export interface AgentView {
  id: string
  name: string
  environment: string
  region: string
  kind: 'real' | 'drill'
  stepKinds: string[]
  lastSeenAt: string | null
  live: boolean
}

export interface PlaybookSummary {
  name: string
  revision: number
  description: string
  /** The condition under which it is used by itself; empty where it is used only by name. */
  when: string
  /** The kinds of its steps, in their order. */
  kinds: string[]
  author: string
  reason: string
  createdAt: string
  retiredAt: string | null
}

/** One line of a text beside the one before it: both have it, or only one of them. */
export interface DiffLine {
  sign: ' ' | '+' | '-'
  text: string
}

export interface PlaybookView extends PlaybookSummary {
  text: string
  params: { name: string; type: 'string' | 'number' | 'boolean' | 'choice'; describe: string; required: boolean; of: string[]; default: string | number | boolean | null }[]
  /** The newest first; `diff` against the one before, null where there is none. */
  revisions: { revision: number; author: string; reason: string; createdAt: string; digest: string; diff: DiffLine[] | null }[]
}

/** What a playbook would do now. Nothing was done. */
export interface DryRunView {
  playbook: { name: string; revision: number; digest: string }
  ok: boolean
  /** Why there would be no plan; null where there would. */
  because: string | null
  proof: { holds: boolean; because: string } | null
  steps: {
    key: string
    stepKind: string
    service: string
    region: string
    /** Live agents that may take it; empty = nobody may. Null for what the command center does itself. */
    by: string[] | null
    params: Record<string, unknown>
    after: { from: string; because: string }[]
    timeoutMs: number
    repeatable: boolean
    retry: { times: number; backoffMs: number; maxBackoffMs: number }
    check: Action | null
    compensate: Action | null
  }[]
  leftOut: { step: string; region: string; because: string }[]
  leaves: { what: string; undo: string }[]
  notes: string[]
  locks: string[]
  reversible: { yes: boolean; because: string } | null
}
