import { pool } from './db.ts'
import { Fault } from './fault.ts'
import { newestHead, ownKeys } from './heads.ts'
import { recordsOrigin } from './record-keys.ts'
import { parseNote, signatureOf } from './rules/checkpoint.ts'
import { consistencyRanges, inclusionRanges } from './rules/merkle-ranges.ts'
import type { Receipt } from './rules/receipt.ts'
import type { HeaderRow } from './sealer.ts'
import { headerOf } from './sealer.ts'
import { hashesOf } from './tree.ts'

type Row = HeaderRow & { index: string | null; salt: string | null; payload: unknown }

const notYet = (): Fault => new Fault('conflict', 'this was recorded a moment ago and is not under a signed tree head yet; ask again in a few seconds', { retryAfter: 2 })

/** What proves these records without us: their content, their paths, the newest signed head over them. In the order of the tree. */
export async function makeReceipt(recordIds: readonly string[]): Promise<Receipt> {
  const origin = recordsOrigin()
  const { rows } = await pool().query<Row>(
    `select r.id, r.project_id, r.v, r.at, r.actor_kind, r.actor_id, r.actor_name, r.action, r.subject_kind, r.subject_id, r.incident_id, r.payload_digest, l.index, p.salt, p.payload
     from record r left join record_leaf l on l.record_id = r.id left join record_payload p on p.record_id = r.id where r.id = any($1::uuid[]) order by l.index`,
    [recordIds],
  )
  if (rows.length === 0) throw new Fault('not_found', 'there is no such record here')
  const head = await newestHead(pool(), origin)
  const size = Number(head?.size ?? 0)
  if (!head || rows.some(({ index }) => index === null || Number(index) >= size)) throw notYet()
  const ranges = rows.map(({ index }) => inclusionRanges(Number(index), size))
  const hashes = await hashesOf(pool(), ranges.flat())
  let at = 0
  return {
    format: 'knowngood-receipt',
    v: 1,
    entries: rows.map((row, n) => {
      const path = hashes.slice(at, (at += ranges[n]?.length ?? 0)).map((hash) => hash.toString('hex'))
      return { record: headerOf(row), salt: row.salt, payload: row.salt === null ? null : row.payload, index: Number(row.index), path }
    }),
    note: head.note,
    keys: await signersOf(head.note),
  }
}

/** The keys behind a note's signatures, in their order. */
async function signersOf(note: string): Promise<string[]> {
  const parsed = parseNote(note)
  const keys = await ownKeys(pool())
  return (parsed.ok ? parsed.note.signatures : []).flatMap((line) => keys.find(({ name, id }) => name === line.name && id === signatureOf(line)?.id)?.text ?? [])
}

/** Two signed heads and the hashes that prove the smaller to be a beginning of the larger. */
export async function proveConsistency(from: number, to: number | null): Promise<{ first: string; second: string; proof: string[] }> {
  const origin = recordsOrigin()
  const { rows } = await pool().query<{ size: string; note: string }>('select size, note from tree_head where origin = $1 and size = any($2::bigint[])', [origin, [from, to ?? -1]])
  const second = to === null ? await newestHead(pool(), origin) : rows.find(({ size }) => Number(size) === to)
  const first = rows.find(({ size }) => Number(size) === from)
  if (!first || !second) throw new Fault('not_found', `there is no signed tree head over ${first ? (to ?? 'any') : from} records here`)
  if (Number(second.size) < from) throw new Fault('invalid', 'to: at least as large as from', { fields: [{ field: 'to', message: 'at least as large as from' }] })
  const proof = await hashesOf(pool(), consistencyRanges(from, Number(second.size)))
  return { first: first.note, second: second.note, proof: proof.map((hash) => hash.toString('hex')) }
}
