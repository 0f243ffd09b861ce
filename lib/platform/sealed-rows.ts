import type { ClientBase, Pool } from 'pg'
import type { SealedRow } from './rules/check-records.ts'
import type { HeaderRow } from './sealer.ts'
import { headerOf } from './sealer.ts'

type Reader = Pick<ClientBase | Pool, 'query'>

type Row = Omit<HeaderRow, 'id'> & { index: string; leaf_hash: string; record_id: string; id: string | null; salt: string | null; payload: unknown }

/** Sealed rows in order, exactly as the database holds them, damaged or not. `projects`: whose headers and payloads may be seen; null = all. */
export async function sealedRows(client: Reader, { from, limit, projects = null }: { from: number; limit: number; projects?: readonly string[] | null }): Promise<SealedRow[]> {
  const { rows } = await client.query<Row>(
    `select l.index, l.leaf_hash, l.record_id, r.id, r.project_id, r.v, r.at, r.actor_kind, r.actor_id, r.actor_name, r.action, r.subject_kind, r.subject_id, r.incident_id, r.payload_digest, p.salt, p.payload
     from (select * from record_leaf where index >= $1 order by index limit $2) l left join record r on r.id = l.record_id left join record_payload p on p.record_id = r.id order by l.index`,
    [from, limit],
  )
  return rows.map((row) => {
    const seen = row.id === null || projects === null || projects.includes(row.project_id)
    return {
      index: Number(row.index),
      leaf: row.leaf_hash,
      recordId: row.record_id,
      record: row.id === null ? 'gone' : seen ? headerOf({ ...row, id: row.id }) : 'elsewhere',
      salt: seen ? row.salt : null,
      payload: seen && row.salt !== null ? row.payload : null,
    }
  })
}

/** Records that no leaf stands for and that are too old for one: the sealer has passed them, so they came by another way than the product's. */
export async function slippedIn(client: Reader): Promise<{ id: string; at: Date }[]> {
  const { rows } = await client.query<{ id: string; at: Date }>(
    `select r.id, r.at from record r
     where r.at < (select s.at from record_leaf l join record s on s.id = l.record_id order by l.index desc limit 1) - interval '10 minutes'
       and not exists (select 1 from record_leaf l where l.record_id = r.id)
     order by r.at limit 20`,
  )
  return rows
}
