/** What a rule saw when it judged: enough to draw and to argue about. */
export interface EvidenceView {
  signal: string
  /** `ratio`, `seconds` or `per second` */
  unit: string
  value: number | null
  limit: number
  direction: 'above' | 'below'
  windowSeconds: number
  requests: number
  /** One point a sample: ISO time and value (null = nothing measured then). */
  series: { at: string; value: number | null }[]
  baseline: { median: number; low: number; high: number } | null
  /** In words: `5xx 7.8 % over 20 s, limit 2 %`. */
  sentence: string
}

export interface BreachView {
  id: string
  criteria: string
  revision: number
  rule: string
  service: string
  environment: string
  region: string
  release: string | null
  action: 'rollback' | 'propose' | 'notify' | 'escalate' | 'suppress'
  severity: string
  openedAt: string
  closedAt: string | null
  incidentNumber: number | null
  evidence: EvidenceView
}

export interface CriteriaView {
  id: string
  name: string
  revision: number
  author: string
  reason: string
  createdAt: string
  document: unknown
  states: { rule: string; target: string; verdict: 'ok' | 'breach' | 'no verdict'; because: string; since: string }[]
}
