import type { PersonRef } from '#lib/governance/view.ts'
import type { ValidationView } from '#lib/validation/view.ts'

export type StepStatus = 'blocked' | 'ready' | 'leased' | 'succeeded' | 'failed' | 'indeterminate' | 'skipped' | 'cancelled'
export type RunStatus = 'pending' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted'

export interface ForecastView {
  p50Ms: number
  p90Ms: number
  regions: { region: string; p50Ms: number; p90Ms: number; rtoSeconds: number }[]
  /** How it was reckoned, in words: recorded durations or the stated prior. */
  basis: string
}

export interface LossView {
  what: string
  severity: 'none' | 'some' | 'serious' | 'unknown'
}

export interface PlanView {
  id: string
  hash: string
  purpose: 'rollback' | 'deployment'
  kind: 'real' | 'drill'
  status: 'proposed' | 'superseded'
  incidentId: string | null
  environment: string
  sentence: string
  moves: { service: string; region: string; from: string[]; to: string; toDigest: string }[]
  steps: { key: string; stepKind: string; service: string; region: string; after: string[]; repeatable: boolean }[]
  reasons: { from: string; to: string; because: string }[]
  losses: LossView[]
  reversible: { yes: boolean; because: string }
  /** What the separate verifier said of this very document. */
  proof: { holds: boolean; because: string }
  forecast: ForecastView
  createdBy: string
  createdAt: string
  runId: string | null
  approvalId: string | null
}

export interface StepView {
  id: string
  key: string
  stepKind: string
  service: string
  region: string
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
  authority: { kind: 'approval'; requestId: string; votes: PersonRef[] } | { kind: 'standing'; policyRevision: number; rule: string }
  commander: PersonRef | null
  startedBy: string
  startedAt: string | null
  finishedAt: string | null
  forecast: ForecastView
  regions: { name: string; rtoSeconds: number; status: 'waiting' | 'working' | 'done' | 'stuck'; because: string; steps: StepView[] }[]
  reasons: { from: string; to: string; because: string }[]
  validation: ValidationView | null
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
