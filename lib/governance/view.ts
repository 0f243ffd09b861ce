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
  roles: string[]
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
