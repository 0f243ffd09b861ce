export type Audience = 'responders' | 'leadership' | 'support' | 'public'
export type Phase = 'investigating' | 'identified' | 'monitoring' | 'resolved'

export interface UpdateView {
  id: string
  incidentId: string
  audience: Audience
  status: 'draft' | 'approved' | 'published' | 'withdrawn'
  phase: Phase
  text: string
  textDigest: string
  author: string
  approvedBy: string | null
  publishedBy: string | null
  createdAt: string
  publishedAt: string | null
  nextUpdateAt: string | null
  version: number
  /** Whether it could be published now, by the rule that the server uses. */
  publishable: { ok: boolean; because: string }
}

export interface NotificationView {
  id: string
  topic: string
  title: string
  url: string
  kind: 'real' | 'drill'
  createdAt: string
  seenAt: string | null
}

export interface StatusView {
  name: string
  overall: 'operational' | 'degraded' | 'outage'
  components: { name: string; state: 'operational' | 'degraded' | 'outage'; since: string }[]
  incidents: { id: string; title: string; impact: string; phase: Phase; components: string[]; updates: { phase: Phase; text: string; at: string; nextUpdateAt: string | null }[] }[]
}
