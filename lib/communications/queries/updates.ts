import { z } from 'zod'
import type { IncidentStatus } from '#lib/incidents/view.ts'
import { query } from '#lib/platform/query.ts'
import { publishable } from '../rules/publishable.ts'
import type { PublishFacts } from '../rules/publishable.ts'
import type { UpdateView } from '../view.ts'

interface UpdateRow {
  id: string
  incident_id: string
  kind: 'real' | 'drill'
  audience: UpdateView['audience']
  status: UpdateView['status']
  phase: UpdateView['phase']
  text: string
  text_digest: string
  author: string | null
  approved_by: string | null
  published_by: string | null
  created_at: Date
  published_at: Date | null
  next_update_at: Date | null
  version: number
  incident_status: IncidentStatus
  verdict: PublishFacts['verdict']
}

const any = (): object => ({})

export const updateList = query({
  name: 'update.list',
  summary: 'What was drafted, approved and told, newest first; of one incident or of all.',
  permission: 'update.read',
  input: z.strictObject({ incidentId: z.uuid().optional() }),

  async read({ db, scopes }, { incidentId }): Promise<UpdateView[]> {
    const rows = await db.$queryRaw<UpdateRow[]>`
      select u.id, u.incident_id, u.kind, u.audience, u.status, u.phase, u.text, u.text_digest, author.name as author, approver.name as approved_by, publisher.name as published_by,
        u.created_at, u.published_at, u.next_update_at, u.version, i.status as incident_status, v.verdict
      from incident_update u join incident i on i.id = u.incident_id
        left join person author on author.id = u.author_id left join person approver on approver.id = u.approved_by left join person publisher on publisher.id = u.published_by
        left join lateral (select r.id from run r join plan p on p.id = r.plan_id where r.incident_id = u.incident_id and p.purpose = 'rollback' order by r.started_at desc nulls first limit 1) r on true
        left join validation v on v.run_id = r.id and v.step_id is null
      where u.project_id = any(${[...scopes.projects]}::uuid[]) and (${incidentId ?? null}::uuid is null or u.incident_id = ${incidentId ?? null}::uuid)
      order by u.created_at desc, u.id desc limit 100`
    return rows.map((row) => ({
      id: row.id,
      incidentId: row.incident_id,
      audience: row.audience,
      status: row.status,
      phase: row.phase,
      text: row.text,
      textDigest: row.text_digest,
      author: row.author ?? 'Knowngood',
      approvedBy: row.approved_by,
      publishedBy: row.published_by,
      createdAt: row.created_at.toISOString(),
      publishedAt: row.published_at?.toISOString() ?? null,
      nextUpdateAt: row.next_update_at?.toISOString() ?? null,
      version: row.version,
      publishable: publishable({ status: row.status, audience: row.audience, phase: row.phase, kind: row.kind, incidentStatus: row.incident_status, verdict: row.verdict }),
    }))
  },
  touches: { 'update.changed': any, 'incident.changed': any, 'validation.finished': any },
})
