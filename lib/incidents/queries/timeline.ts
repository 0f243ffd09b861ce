import type { Tx } from '#lib/platform/db.ts'
import { sentenceOfRecord, silentActions } from '../rules/sentence-of-record.ts'
import type { TimelineEntry } from '../view.ts'

/** As many records as a timeline reads, newest first. */
const limit = 300

interface RecordRow {
  id: string
  at: Date
  actor_kind: string
  actor_name: string
  action: string
  subject_kind: string
  subject_id: string
  payload: Record<string, unknown> | null
}

/** What happened in an incident, newest first: its records, told as sentences. */
export async function timelineOf(tx: Tx, incidentId: string): Promise<TimelineEntry[]> {
  const rows = await tx.$queryRaw<RecordRow[]>`
    select r.id, r.at, r.actor_kind, r.actor_name, r.action, r.subject_kind, r.subject_id, p.payload
    from record r left join record_payload p on p.record_id = r.id
    where r.incident_id = ${incidentId}::uuid and r.action <> all(${[...silentActions]})
      and not (r.action = 'validation.advance' and p.payload->>'verdict' is null)
    order by r.at desc, r.id desc limit ${limit}`
  return rows.flatMap((row) => {
    const actor = { kind: row.actor_kind, name: row.actor_kind === 'system' ? 'Knowngood' : row.actor_name }
    const told = sentenceOfRecord({ action: row.action, actor, payload: row.payload })
    return told ? [{ id: row.id, at: row.at.toISOString(), actor, action: row.action, sentence: told.sentence, tone: told.tone, href: hrefOf(row) }] : []
  })
}

function hrefOf(row: RecordRow): string | null {
  const runId = row.subject_kind === 'run' ? row.subject_id : row.payload?.['runId']
  if (typeof runId === 'string' && runId) return `/runs/${runId}`
  if (row.subject_kind === 'decision' || (row.action.startsWith('approval.') && row.subject_kind === 'approval request')) return `/decisions/${row.subject_id}`
  return row.action.startsWith('approval.') || row.action === 'plan.submit' ? '/approvals' : null
}
