import type { PoolClient } from 'pg'
import type { AnchorStore } from './anchor-stores.ts'
import { anchorStores } from './anchor-stores.ts'
import { now as clock } from './clock.ts'
import { pool } from './db.ts'
import type { HeadRow } from './heads.ts'
import { disagreement, headsOutside, ownKeys } from './heads.ts'
import type { Loop } from './loop.ts'
import { startLoop } from './loop.ts'
import { recordsOrigin } from './record-keys.ts'
import { setAlarm } from './record-alarms.ts'
import { anchorLine } from './rules/anchor-line.ts'
import { openNote } from './rules/note-signing.ts'
import { treeSize } from './tree.ts'


/* Gets every tree head out of the database, in order and none left out, and looks whether the database still continues what is out there. */

/** An anchor that takes nothing for so long is an alarm. */
export const lateMs = 5 * 60_000
const headsAtOnce = 50

export interface AnchorRow {
  name: string
  size: string
  anchored_at: Date | null
  failing_since: Date | null
  problem: string | null
}

/** One round. `late`: for tests, after how long a failing anchor is an alarm. */
export async function watchOnce(stores: readonly AnchorStore[] = anchorStores(), late: number = lateMs): Promise<void> {
  const client = await pool().connect()
  try {
    const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(hashtext('knowngood-anchors')) as got`)
    if (!rows[0]?.got) return
    try {
      await compare(client, stores)
      for (const store of stores) await deliver(client, store)
      await client.query(`delete from anchor where not name = any($1::text[])`, [stores.map(({ name }) => name)])
    } finally {
      await client.query(`select pg_advisory_unlock(hashtext('knowngood-anchors'))`)
    }
    const { rows: failing } = await client.query<AnchorRow>('select * from anchor where failing_since is not null order by failing_since')
    const overdue = failing.filter((one) => clock().getTime() - (one.failing_since?.getTime() ?? 0) >= late)
    await setAlarm('anchor-late', overdue.length === 0 ? null : overdue.map((one) => `${one.name} has taken no tree head since ${one.failing_since?.toISOString()}: ${one.problem ?? 'no reason was given'}`).join('; '))
  } finally {
    client.release()
  }
}

/** Whether the tree continues what is known outside. */
async function compare(client: PoolClient, stores: readonly AnchorStore[]): Promise<void> {
  const because = await disagreement(client, await treeSize(client), await headsOutside(client, stores))
  await setAlarm('rolled-back', because)
}

/** Gives a store the heads that it has not got. What it has it says itself, where it can be asked: a database that was put back does not know. */
async function deliver(client: PoolClient, store: AnchorStore): Promise<void> {
  const origin = recordsOrigin()
  try {
    const { rows: known } = await client.query<AnchorRow>('select * from anchor where name = $1', [store.name])
    const there = await store.newest()
    const opened = there?.head.origin === origin ? openNote(there.note, await ownKeys(client)) : null
    if (opened && !opened.ok) throw new Error(`its newest tree head is not ours: ${opened.because}`)
    let from = there === undefined ? Number(known[0]?.size ?? 0) : there?.head.origin === origin ? there.head.size : 0
    const { rows: heads } = await client.query<HeadRow>('select size, root, at, note from tree_head where origin = $1 and size > $2 order by size limit $3', [origin, from, headsAtOnce])
    for (const head of heads) {
      const { rows: leaves } = await client.query<{ hash: string }>('select leaf_hash as hash from record_leaf where index >= $1 and index < $2 order by index', [from, Number(head.size)])
      if (leaves.length !== Number(head.size) - from) throw new Error(`of the leaves ${from} to ${Number(head.size) - 1} some are missing in the database`)
      await store.put(anchorLine({ from, leaves: Buffer.from(leaves.map(({ hash }) => hash).join(''), 'hex'), note: head.note }))
      from = Number(head.size)
      await say(client, store.name, from, true)
    }
    if (heads.length === 0) await say(client, store.name, from, false)
  } catch (error) {
    await client.query(
      `insert into anchor (name, failing_since, problem, seen_at) values ($1, $2, $3, $2)
       on conflict (name) do update set failing_since = coalesce(anchor.failing_since, excluded.failing_since), problem = excluded.problem, seen_at = excluded.seen_at`,
      [store.name, clock(), (error as Error).message.slice(0, 500)],
    )
  }
}

const say = (client: PoolClient, name: string, size: number, taken: boolean): Promise<unknown> =>
  client.query(
    `insert into anchor (name, size, anchored_at, seen_at) values ($1, $2, case when $4 then $3::timestamptz end, $3)
     on conflict (name) do update set size = excluded.size, anchored_at = coalesce(excluded.anchored_at, anchor.anchored_at), failing_since = null, problem = null, seen_at = excluded.seen_at`,
    [name, size, clock(), taken],
  )

/** Every five seconds; one engine at a time. */
export const startAnchors = (): Loop => startLoop('anchors', 5_000, () => watchOnce())
