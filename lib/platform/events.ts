/** News of a change, as it stands in the outbox. Readers order by the subject's version. */
export interface DomainEvent {
  eventId: string
  projectId: string
  v: number
  name: string
  subject: string
  subjectVersion: number
  incidentId: string | null
  data: Record<string, unknown>
  at: Date
}

/** What a command announces; the wrapper adds identity, project and time. */
export interface EventDraft {
  name: `${string}.${string}`
  subject: string
  /** The subject's version after this change, as set by its conditional update. */
  version: number
  incidentId?: string | null
  data?: Record<string, unknown>
}
