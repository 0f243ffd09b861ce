import type { PoolClient } from 'pg'
import { pool } from './db.ts'
import type { HeadsOptions, Signing } from './heads.ts'
import { adoptKeys, signWhereDue } from './heads.ts'
import { log } from './log.ts'
import { setAlarm } from './record-alarms.ts'
import { leafHashOf } from './rules/merkle.ts'
import type { RecordHeader } from './rules/sealed.ts'
import { leafEntry } from './rules/sealed.ts'
import { TreeBroken } from './tree.ts'

export type HeaderRow = Omit<RecordHeader, 'at'> & { at: Date }

/** A row of the table as its leaf covers it. */
export const headerOf = (row: HeaderRow): RecordHeader => ({
  id: row.id, project_id: row.project_id, v: row.v, at: row.at.toISOString(), actor_kind: row.actor_kind, actor_id: row.actor_id, actor_name: row.actor_name,
  action: row.action, subject_kind: row.subject_kind, subject_id: row.subject_id, incident_id: row.incident_id, payload_digest: row.payload_digest,
})

/** The leaf of a record: RFC 6962 §2.1, SHA-256(0x00 ‖ entry), the entry being the header's canonical JSON. */
export const leafHash = (row: HeaderRow): string => leafHashOf(leafEntry(headerOf(row))).toString('hex')

const batch = 1_000
/* A transaction ends within seconds (see db.ts), so a record ten minutes older than the last sealed one cannot still appear. */
const idleMs = 1_000

export interface Sealed {
  count: number
  /** What was sealed in this round, by action. */
  actions: ReadonlySet<string>
}

const nothing: Sealed = { count: 0, actions: new Set() }

/** In a transaction that holds the sealer's lock; null where another holds it. */
async function asTheSealer<T>(client: PoolClient, work: () => Promise<T>): Promise<T | null> {
  await client.query('begin')
  try {
    const { rows: locked } = await client.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(hashtext('knowngood-sealer')) as got`)
    if (!locked[0]?.got) {
      await client.query('rollback')
      return null
    }
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/**
 * Gives every record its place in the tree, in commit order as far as it can be known, and never twice: the index is a
 * primary key and one sealer at a time holds the lock. Group commit: many leaves share one write.
 */
export async function sealOnce(client: PoolClient): Promise<Sealed> {
  const sealed = await asTheSealer(client, async () => {
    const { rows } = await client.query<HeaderRow>(
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
    return { count: rows.length, actions: new Set(rows.map(({ action }) => action)) }
  })
  return sealed ?? nothing
}

/** Signs the tree as it is now where a head is due, in a transaction of its own: a tree that cannot be signed is still sealed. */
export async function headOnce(client: PoolClient, options: HeadsOptions): Promise<Signing> {
  try {
    return (await asTheSealer(client, () => signWhereDue(client, options))) ?? 'later'
  } catch (error) {
    if (error instanceof TreeBroken) return { refused: `the sealed tree has holes: ${error.message}` }
    throw error
  }
}

async function inClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

/**
 * Seals in the background, and signs the tree from time to time. Records younger than its last round are not yet protected, and the product
 * says so. `headAfter`: actions after whose sealing a head is signed at once.
 */
export function startSealer({ headAfter = [] }: { headAfter?: readonly string[] } = {}): { stop(): Promise<void> } {
  let stopped = false
  let wake: () => void = () => {}
  let troubled = false
  let atOnce = false
  /** Something is sealed that no head is over; when we start, nobody knows. */
  let unsigned = true
  const loop = (async () => {
    while (!stopped) {
      let sealed = nothing
      try {
        sealed = await inClient(sealOnce)
        atOnce ||= headAfter.some((action) => sealed.actions.has(action))
        unsigned ||= sealed.count > 0
        if (unsigned) {
          await adoptKeys()
          const signing = await inClient((one) => headOnce(one, { atOnce }))
          if (signing === 'signed' || signing === 'nothing-new') unsigned = atOnce = false
          if (typeof signing === 'object') await setAlarm('rolled-back', signing.refused)
        }
        troubled = false
      } catch (error) {
        if (!troubled) log('sealer').warn({ error: (error as Error).message }, 'sealing failed; trying again')
        troubled = true
      }
      if (sealed.count === batch || stopped) continue
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
