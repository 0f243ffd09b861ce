import type { ApprovalView, PersonRef, SeatView } from '#lib/governance/view.ts'
import type { PlanView, RunView } from '#lib/orchestration/view.ts'
import type { BreachView } from '#lib/triggers/view.ts'
import type { ValidationView } from '#lib/validation/view.ts'

export type IncidentStatus = 'open' | 'mitigating' | 'monitoring' | 'resolved' | 'closed'
export type Severity = 'SEV1' | 'SEV2' | 'SEV3' | 'SEV4' | 'SEV5'

export interface IncidentSummary {
  id: string
  number: number
  title: string
  severity: Severity
  status: IncidentStatus
  kind: 'real' | 'drill'
  environment: string
  services: string[]
  commander: PersonRef | null
  openedAt: string
  resolvedAt: string | null
  version: number
}

export interface TimelineEntry {
  id: string
  at: string
  actor: { kind: string; name: string }
  action: string
  /** What happened, as a sentence. */
  sentence: string
  tone: 'neutral' | 'good' | 'bad' | 'working'
  href: string | null
}

/** What must be decided next, if anything. `nothing` says why. */
export type NextDecision =
  | { kind: 'take-the-seat'; sentence: string }
  | { kind: 'propose'; sentence: string }
  | { kind: 'submit-plan'; sentence: string; planId: string }
  | { kind: 'approve'; sentence: string; approvalId: string }
  | { kind: 'start-run'; sentence: string; planId: string; approvalId: string }
  | { kind: 'unstick-run'; sentence: string; runId: string }
  | { kind: 'resolve'; sentence: string }
  | { kind: 'nothing'; sentence: string }

/** Something that a run has left abnormal. Overdue where `expiresAt` is over and it is not cleared. */
export interface ExceptionView {
  id: string
  incidentNumber: number | null
  environment: string
  kind: 'real' | 'drill'
  runId: string
  /** Null where the plan itself had said that it would be left. */
  step: string | null
  what: string
  /** What puts it right. */
  undo: string
  owner: PersonRef | null
  expiresAt: string
  createdAt: string
  cleared: { at: string; by: string; how: string } | null
  version: number
}

export interface IncidentView extends IncidentSummary {
  release: { id: string; version: string; service: string } | null
  declaredBy: string
  mitigatingAt: string | null
  monitoringAt: string | null
  closedAt: string | null
  seat: SeatView
  onCall: { person: PersonRef; team: string; level: number; toldAt: string | null; seenAt: string | null }[]
  breaches: BreachView[]
  /** The newest plan that stands; null where none could be made, and then why. */
  plan: PlanView | null
  noPlanBecause: string | null
  approval: ApprovalView | null
  run: Pick<RunView, 'id' | 'status' | 'because' | 'startedAt' | 'finishedAt' | 'forecast'> & { regions: { name: string; status: string; done: number; total: number }[] } | null
  validation: ValidationView | null
  /** May it be resolved, and if not, why not: the rule that the server uses. */
  resolvable: { ok: boolean; because: string }
  /** May it be closed, by the rule that the server uses. */
  closable: { ok: boolean; because: string }
  /** What its runs have left abnormal, put right or not. */
  exceptions: ExceptionView[]
  next: NextDecision
  timeline: TimelineEntry[]
}

export interface SituationView {
  incidents: IncidentSummary[]
  breaches: BreachView[]
  runs: { id: string; purpose: 'rollback' | 'deployment'; status: string; sentence: string; startedAt: string | null; incidentNumber: number | null }[]
  approvals: { id: string; sentence: string; incidentNumber: number | null; have: number; need: number; expiresAt: string }[]
  deployments: { id: string; service: string; version: string; environment: string; status: string; createdAt: string }[]
  /** What runs have left abnormal and nobody has put right yet. */
  exceptions: ExceptionView[]
  fleet: { targets: number; good: number; degraded: number; bad: number; unknown: number }
  agents: { live: number; total: number }
}

/** The wall: readable at six metres, no jargon. */
export interface BoardView {
  incidents: {
    id: string
    number: number
    severity: Severity
    kind: 'real' | 'drill'
    headline: string
    stage: 'noticed' | 'deciding' | 'rolling back' | 'checking' | 'watching' | 'resolved'
    openedAt: string
    resolvedAt: string | null
    /** When it should be over, as a range; null = not known, and it says so. */
    backBetween: { from: string; to: string } | null
    regionsRestored: number
    regionsAffected: number
    /** Failing requests per minute now, measured; null = not known. */
    failingPerMinute: number | null
    trend: 'rising' | 'falling' | 'steady' | 'unknown'
    commander: string | null
    lastWord: { at: string; text: string } | null
    nextWordBy: string | null
  }[]
  quietSince: string | null
  fleet: { good: number; degraded: number; bad: number; unknown: number }
}

/** What command hands over, and to whom it is offered. */
export interface HandOverView {
  incident: { id: string; number: number; title: string }
  holder: PersonRef | null
  term: number
  /** Each has to be read back. */
  facts: { key: string; sentence: string }[]
  /** What belongs to nobody, and holds it up. */
  unowned: string[]
  /** Says which packet was read. */
  digest: string
  offer: { id: string; from: PersonRef; to: PersonRef; note: string; offeredAt: string; expiresAt: string } | null
  /** Who may take it. */
  candidates: PersonRef[]
}
