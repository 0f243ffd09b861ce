import type pg from 'pg'
import { pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { recordKeys, recordsOrigin } from '#lib/platform/record-keys.ts'
import { joinRun } from '#lib/platform/rules/merkle.ts'
import { signHead } from '#lib/platform/rules/note-signing.ts'
import type { HeaderRow } from '#lib/platform/sealer.ts'
import { leafHash } from '#lib/platform/sealer.ts'
import { rootAt } from '#lib/platform/tree.ts'

/** What a superuser's hand can do to sealed records, knowing how it all works. */
export function tamperer(root: { query(sql: string, values?: unknown[]): Promise<pg.QueryResult> }) {
  const ofLeaf = async (index: number): Promise<HeaderRow> => (await root.query('select r.* from record_leaf l join record r on r.id = l.record_id where l.index = $1', [index])).rows[0] as HeaderRow

  /** What somebody does who knows how it all works: leaf, inner nodes and all, so that everything in the database fits again. */
  async function resealFrom(index: number): Promise<void> {
    const { rows } = await root.query('select l.index, r.* from record_leaf l join record r on r.id = l.record_id where l.index >= $1', [index])
    for (const row of rows as (HeaderRow & { index: string })[]) await root.query('update record_leaf set leaf_hash = $2 where index = $1', [row.index, leafHash(row)])
    const leaves = (await root.query('select leaf_hash from record_leaf order by index')).rows.map((row: { leaf_hash: string }) => Buffer.from(row.leaf_hash, 'hex'))
    for (let node = 0; node < Math.floor(leaves.length / 16); node++) await root.query('update record_node set hash = $2 where level = 4 and index = $1', [node, joinRun(leaves.slice(node * 16, node * 16 + 16)).toString('hex')])
  }

  /** … and who has the signing key too. */
  async function signAnew(): Promise<void> {
    const { rows } = await root.query('select size, at from tree_head order by size')
    for (const { size, at } of rows as { size: string; at: Date }[]) {
      const hash = await rootAt(pool(), Number(size))
      const note = signHead({ origin: recordsOrigin(), size: Number(size), root: hash.toString('base64'), at: at.toISOString() }, recordKeys())
      await root.query('update tree_head set root = $2, note = $3 where size = $1', [size, hash.toString('hex'), note])
    }
  }

  /** Leaves from `index` on take the next number, or the one before. */
  const renumber = async (index: number, by: 1 | -1): Promise<void> => {
    await root.query('update record_leaf set index = -index - 1000 where index >= $1', [index])
    await root.query('update record_leaf set index = -index - 1000 + $1 where index < 0', [by])
  }

  const swap = async (one: number, other: number): Promise<void> => {
    for (const [from, to] of [[one, -1], [other, one], [-1, other]]) await root.query('update record_leaf set index = $2 where index = $1', [from, to])
  }

  const forged = async (at: Date): Promise<string> => {
    const id = newId()
    await root.query(
      `insert into record select $1, project_id, v, $2, actor_kind, actor_id, 'Somebody Else', action, subject_kind, subject_id, incident_id, payload_digest from record limit 1`,
      [id, at],
    )
    return id
  }

  return { ofLeaf, resealFrom, signAnew, renumber, swap, forged }
}
