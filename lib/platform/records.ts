import { randomBytes } from 'node:crypto'
import type { Actor } from './actor.ts'
import type { DomainEvent, EventDraft } from './events.ts'
import { newId } from './id.ts'
import type { Tx } from './db.ts'
import { payloadDigest } from './rules/record-digest.ts'

/** The version that records and events carry. */
export const formatVersion = 1

export interface RecordDraft {
  projectId: string
  actor: Actor
  action: string
  subjectKind: string
  subjectId: string
  incidentId: string | null
  /** What was asked and what came of it; never a secret. */
  payload: Record<string, unknown>
}

/**
 * Writes records and their events in one statement, in the transaction of the change itself:
 * if it fails, so does the change. Returns the events as readers will see them.
 */
export async function append(tx: Tx, records: readonly RecordDraft[], events: readonly (EventDraft & { projectId: string })[], now: Date): Promise<DomainEvent[]> {
  const rows = records.map((record) => {
    const salt = randomBytes(16).toString('base64url')
    // What is hashed is what the database will hold: undefined and dates become what JSON makes of them.
    const payload = JSON.parse(JSON.stringify(record.payload)) as Record<string, unknown>
    return {
      id: newId(),
      project_id: record.projectId,
      actor_kind: record.actor.kind,
      actor_id: record.actor.id,
      actor_name: record.actor.name,
      action: record.action,
      subject_kind: record.subjectKind,
      subject_id: record.subjectId,
      incident_id: record.incidentId,
      payload_digest: payloadDigest(salt, payload),
      salt,
      payload,
    }
  })
  const news: DomainEvent[] = events.map((event) => ({
    eventId: newId(),
    projectId: event.projectId,
    v: formatVersion,
    name: event.name,
    subject: event.subject,
    subjectVersion: event.version,
    incidentId: event.incidentId ?? null,
    data: event.data ?? {},
    at: now,
  }))
  await tx.$executeRaw`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        id uuid, project_id uuid, actor_kind text, actor_id text, actor_name text, action text, subject_kind text,
        subject_id text, incident_id uuid, payload_digest text, salt text, payload jsonb)
    ), headers as (
      insert into record (id, project_id, v, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, incident_id, payload_digest)
      select id, project_id, ${formatVersion}::int, ${now}::timestamptz, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, incident_id, payload_digest from given
    ), payloads as (
      insert into record_payload (record_id, salt, payload) select id, salt, payload from given
    )
    insert into outbox (event_id, project_id, v, name, subject, subject_version, incident_id, data, at)
    select e.event_id, e.project_id, ${formatVersion}::int, e.name, e.subject, e.subject_version, e.incident_id, e.data, ${now}::timestamptz
    from rows from (jsonb_to_recordset(${JSON.stringify(
      news.map((event) => ({ event_id: event.eventId, project_id: event.projectId, name: event.name, subject: event.subject, subject_version: event.subjectVersion, incident_id: event.incidentId, data: event.data })),
    )}::jsonb) as (event_id uuid, project_id uuid, name text, subject text, subject_version int, incident_id uuid, data jsonb)) with ordinality
      as e(event_id, project_id, name, subject, subject_version, incident_id, data, n) order by e.n`
  return news
}
