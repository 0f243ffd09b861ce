import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { pool } from './db.ts'
import { log } from './log.ts'
import { canonicalJson } from './rules/hash.ts'

interface Unsealed {
  id: string
  project_id: string
  v: number
  at: Date
  actor_kind: string
  actor_id: string
  actor_name: string
  action: string
  subject_kind: string
  subject_id: string
  incident_id: string | null
  payload_digest: string
}

/** The leaf of a record: RFC 6962 §2.1, SHA-256(0x00 ‖ entry), the entry being the header's canonical JSON. */
export function leafHash(record: Unsealed): string {
  const entry = canonicalJson({ ...record, at: record.at.toISOString() })
  return createHash('sha256').update(Buffer.from([0])).update(entry).digest('hex')
}

const batch = 1_000
/* A transaction ends within seconds (see db.ts), so a record ten minutes older than the last sealed one cannot still appear. */
const idleMs = 1_000

/**
 * Gives every record its place in the tree, in commit order as far as it can be known, and never twice: the index is a
 * primary key and one sealer at a time holds the lock. Group commit: many leaves share one write.
 */
export async function sealOnce(client: PoolClient): Promise<number> {
  await client.query('begin')
  try {
    const { rows: locked } = await client.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(hashtext('knowngood-sealer')) as got`)
    if (!locked[0]?.got) {
      await client.query('rollback')
      return 0
    }
    const { rows } = await client.query<Unsealed>(
      `select r.id, r.project_id, r.v, r.at, r.actor_kind, r.actor_id, r.actor_name, r.action, r.subject_kind, r.subject_id, r.incident_id, r.payload_digest
       from record r
       where r.at >= coalesce((select s.at from record_leaf l join record s on s.id = l.record_id order by l.index desc limit 1), '-infinity'::timestamptz) - interval '10 minutes'
         and not exists (select 1 from record_leaf l where l.record_id = r.id)
       order by r.at, r.id limit ${batch}`,
    )
    if (rows.length > 0) {
      await client.query(
        `insert into record_leaf (index, record_id, leaf_hash)
         select (select coalesce(max(index), -1) from record_leaf) + n, id, hash from unnest($1::uuid[], $2::text[]) with ordinality as t(id, hash, n)`,
        [rows.map((row) => row.id), rows.map(leafHash)],
      )
    }
    await client.query('commit')
    return rows.length
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Seals in the background. Records younger than its last round are not yet protected, and the product says so. */
export function startSealer(): { stop(): Promise<void> } {
  let stopped = false
  let wake: () => void = () => {}
  const loop = (async () => {
    while (!stopped) {
      let sealed = 0
      try {
        const client = await pool().connect()
        try {
          sealed = await sealOnce(client)
        } finally {
          client.release()
        }
      } catch (error) {
        log('sealer').warn({ error: (error as Error).message }, 'sealing failed; trying again')
      }
      if (sealed === batch || stopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, idleMs)
        wake = () => (clearTimeout(timer), resolve())
      })
    }
  })()
  return {
    stop: async () => {
      stopped = true
      wake()
      await loop
    },
  }
}
