import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { RecordsView } from '../view.ts'

interface Row {
  id: string
  at: Date
  actorKind: string
  actorId: string
  actorName: string
  action: string
  subjectKind: string
  subjectId: string
  incidentId: string | null
  payloadDigest: string
  payload: unknown
  leafIndex: bigint | null
  leafHash: string | null
}

const cursor = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z_[0-9a-f-]{36}$/, 'the `next` of the page before')
  .transform((text) => ({ at: new Date(text.slice(0, 24)), id: text.slice(25) }))
  .refine(({ at, id }) => !Number.isNaN(at.getTime()) && z.uuid().safeParse(id).success, 'the `next` of the page before')

/** What is searched for, with the pattern's own signs taken literally. */
const pattern = (search: string): string => `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`

export const recordList = query({
  name: 'record.list',
  summary: 'The audit trail, newest first, page by page, with what has been sealed and what has not yet.',
  permission: 'record.read',
  input: z.strictObject({
    before: cursor.optional().describe('The `next` of the page before'),
    incidentId: z.uuid().optional(),
    action: z.string().max(200).optional().describe('Exactly this action, as plan.propose'),
    search: z.string().trim().max(200).optional().describe('Somewhere in the actor, the action, the subject or the payload'),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),

  async read({ db, scopes }, { before, incidentId, action, search, limit }): Promise<RecordsView> {
    const projects = [...scopes.projects]
    const like = search ? pattern(search) : null
    const rows = await db.$queryRaw<Row[]>`
      select r.id, r.at, r.actor_kind as "actorKind", r.actor_id as "actorId", r.actor_name as "actorName", r.action, r.subject_kind as "subjectKind", r.subject_id as "subjectId",
        r.incident_id as "incidentId", r.payload_digest as "payloadDigest", p.payload, l.index as "leafIndex", l.leaf_hash as "leafHash"
      from record r left join record_payload p on p.record_id = r.id left join record_leaf l on l.record_id = r.id
      where r.project_id = any(${projects}::uuid[])
        and (${before?.at ?? null}::timestamptz is null or (r.at, r.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
        and (${incidentId ?? null}::uuid is null or r.incident_id = ${incidentId ?? null}::uuid)
        and (${action || null}::text is null or r.action = ${action || null}::text)
        and (${like}::text is null or r.action ilike ${like} or r.actor_name ilike ${like} or r.actor_id ilike ${like} or r.subject_kind ilike ${like} or r.subject_id ilike ${like} or p.payload::text ilike ${like})
      order by r.at desc, r.id desc limit ${limit + 1}`
    const [counts] = await db.$queryRaw<{ sealed: bigint; total: bigint }[]>`
      select count(l.record_id) as sealed, count(*) as total from record r left join record_leaf l on l.record_id = r.id where r.project_id = any(${projects}::uuid[])`
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const sealed = Number(counts?.sealed ?? 0)
    return {
      records: page.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
        action: row.action,
        subject: { kind: row.subjectKind, id: row.subjectId },
        incidentId: row.incidentId,
        payloadDigest: row.payloadDigest,
        payload: row.payload,
        leaf: row.leafIndex === null || row.leafHash === null ? null : { index: Number(row.leafIndex), hash: row.leafHash },
      })),
      next: last && rows.length > limit ? `${last.at.toISOString()}_${last.id}` : null,
      sealed,
      unsealed: Number(counts?.total ?? 0) - sealed,
    }
  },

  touches: {},
})
