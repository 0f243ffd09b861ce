import type { ChangeFacts, DecisionFact, DecisionOption, DecisionOutcome, Policy } from './model.ts'
import type { PolicyChange } from './rules/diff-policy.ts'
import type { Explained } from './rules/explain-policy.ts'

export interface PersonRef {
  id: string
  name: string
}

export interface SeatView {
  holder: PersonRef | null
  term: number
  takenAt: string | null
}

export type ApprovalState = 'pending' | 'satisfied' | 'rejected' | 'expired' | 'void' | 'withdrawn'

export interface ApprovalView {
  id: string
  incident: { id: string; number: number; title: string; severity: string } | null
  planId: string
  planHash: string
  /** The plan in one sentence, as the request was made. */
  sentence: string
  environment: string
  services: string[]
  kind: 'real' | 'drill'
  requestedBy: PersonRef
  editors: PersonRef[]
  state: ApprovalState
  because: string | null
  need: number
  have: number
  /** Who is still missing, in words. */
  missing: string
  /** Each group with what it has to give and what it has given. */
  quorums: { group: string; need: number; have: number }[]
  roles: string[]
  /** Whether what was known is kept: not of requests from before that was done. */
  hasDecision: boolean
  /** The policy's rules that ask for it. */
  rules: string[]
  votes: { person: PersonRef; vote: 'approve' | 'reject'; at: string; reason: string; counts: boolean; because: string | null }[]
  expiresAt: string
  createdAt: string
  decidedAt: string | null
}

export interface RecordView {
  id: string
  at: string
  actor: { kind: string; id: string; name: string }
  action: string
  subject: { kind: string; id: string }
  incidentId: string | null
  payloadDigest: string
  payload: unknown
  /** Its leaf in the tree; null = not sealed yet, so not yet protected. */
  leaf: { index: number; hash: string } | null
}

export interface RecordsView {
  records: RecordView[]
  /** Pass as `before` for the next page; null = the end. */
  next: string | null
  sealed: number
  unsealed: number
}

export interface PolicyView {
  /** 0 = there is none, so the strictest applies. */
  revision: number
  document: Policy | null
  rules: { name: string; words: string }[]
  /** The revision that `changes` compares with; 0 = none. */
  against: number
  changes: PolicyChange[]
  /** Newest first, 200 at most. */
  revisions: { revision: number; by: string; at: string; reason: string | null }[]
  environments: string[]
  services: string[]
}

/** What a change would need, and why. */
export interface PolicyTrial extends Explained {
  revision: number
  facts: ChangeFacts
}

/** What had to be decided, on what, and how it ended. */
export interface DecisionView {
  id: string
  approval: ApprovalView
  /** As they were shown when it was asked. */
  options: DecisionOption[]
  /** `ageSeconds`: how old each was when it was asked; null = nobody knows. */
  facts: (DecisionFact & { ageSeconds: number | null })[]
  criteria: { name: string; revision: number }[]
  policyRevision: number
  asked: { id: string; name: string; groups: string[] }[]
  /** Why this way, in the words of whoever asked. */
  reason: string | null
  objections: { person: PersonRef; reason: string; at: string }[]
  /** Null = open. */
  outcome: DecisionOutcome | null
  because: string | null
  closedAt: string | null
  notTaken: { kind: DecisionOption['kind']; because: string }[]
}
