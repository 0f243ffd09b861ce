import type { ClientBase, Pool } from 'pg'
import { Fault } from './fault.ts'
import type { Hash } from './rules/merkle.ts'
import { emptyRoot, hashOfRange, joinRun, runsOf } from './rules/merkle.ts'
import type { LeafRange } from './rules/merkle-ranges.ts'
import { storedEvery } from './rules/merkle-ranges.ts'

/* The tree as the database keeps it: leaves, and every 4th level above them. */

type Reader = Pick<ClientBase | Pool, 'query'>

const fanOut = 2 ** storedEvery
/** Nodes of one level that are made in one go: after an upgrade there may be very many to make. */
const atOnce = 1_000

/** How many leaves there are. */
export async function treeSize(client: Reader): Promise<number> {
  const { rows } = await client.query<{ size: string }>('select coalesce(max(index), -1) + 1 as size from record_leaf')
  return Number(rows[0]?.size ?? 0)
}

/** Makes the inner nodes that the leaves suffice for and that are not there yet. False while some are still missing. */
export async function fillNodes(client: Reader, size: number): Promise<boolean> {
  for (let level = storedEvery; 2 ** level <= size; level += storedEvery) {
    const { rows } = await client.query<{ next: string }>('select coalesce(max(index), -1) + 1 as next from record_node where level = $1', [level])
    const next = Number(rows[0]?.next ?? 0)
    const wanted = Math.floor(size / 2 ** level)
    const until = Math.min(wanted, next + atOnce)
    if (until > next) {
      const below = await childrenOf(client, level - storedEvery, next * fanOut, until * fanOut)
      const made = Array.from({ length: until - next }, (_, at) => joinRun(below.slice(at * fanOut, (at + 1) * fanOut)).toString('hex'))
      await client.query('insert into record_node (level, index, hash) select $1, $2 + n - 1, hash from unnest($3::text[]) with ordinality as t(hash, n)', [level, next, made])
    }
    if (until < wanted) return false
  }
  return true
}

async function childrenOf(client: Reader, level: number, from: number, to: number): Promise<Hash[]> {
  const { rows } = level === 0
    ? await client.query<{ hash: string }>('select leaf_hash as hash from record_leaf where index >= $1 and index < $2 order by index', [from, to])
    : await client.query<{ hash: string }>('select hash from record_node where level = $1 and index >= $2 and index < $3 order by index', [level, from, to])
  if (rows.length !== to - from) throw new TreeBroken(`of the nodes ${from} to ${to - 1} at level ${level}, ${to - from - rows.length} are missing`)
  return rows.map(({ hash }) => Buffer.from(hash, 'hex'))
}

/** The stored tree has holes: somebody removed what nobody may remove. */
export class TreeBroken extends Error {
  override readonly name = 'TreeBroken'
}

/** The hashes of subtrees, in the order given. Two reads, however large the tree. */
export async function hashesOf(client: Reader, ranges: readonly LeafRange[]): Promise<Hash[]> {
  const wanted = new Map<string, { level: number; index: number }>()
  for (const { level, from, count } of ranges.flatMap(runsOf)) for (let at = 0; at < count; at++) wanted.set(`${level}/${from + at}`, { level, index: from + at })
  const all = [...wanted.values()]
  const [leaves, nodes] = [all.filter(({ level }) => level === 0), all.filter(({ level }) => level > 0)]
  const found = new Map<string, Hash>()
  if (leaves.length > 0) {
    const { rows } = await client.query<{ index: string; hash: string }>('select index, leaf_hash as hash from record_leaf where index = any($1::bigint[])', [leaves.map(({ index }) => index)])
    for (const { index, hash } of rows) found.set(`0/${index}`, Buffer.from(hash, 'hex'))
  }
  if (nodes.length > 0) {
    const { rows } = await client.query<{ level: number; index: string; hash: string }>(
      'select r.level, r.index, r.hash from unnest($1::int[], $2::bigint[]) as w(level, index) join record_node r on r.level = w.level and r.index = w.index',
      [nodes.map(({ level }) => level), nodes.map(({ index }) => index)],
    )
    for (const { level, index, hash } of rows) found.set(`${level}/${index}`, Buffer.from(hash, 'hex'))
  }
  const stored = (level: number, index: number): Hash => {
    const hash = found.get(`${level}/${index}`)
    if (!hash) throw new TreeBroken(`node ${index} at level ${level} is missing`)
    return hash
  }
  return ranges.map((range) => hashOfRange(range, stored))
}

/** The root over the first `size` leaves, as the stored tree makes it. */
export async function rootAt(client: Reader, size: number): Promise<Hash> {
  if (size === 0) return emptyRoot
  const [root] = await hashesOf(client, [{ from: 0, to: size }])
  if (!root) throw new Fault('internal', 'a tree has a root')
  return root
}
