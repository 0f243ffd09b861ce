import type { ClientBase } from 'pg'
import { system } from './actor.ts'
import type { AnchorStore } from './anchor-stores.ts'
import { anchorStores } from './anchor-stores.ts'
import { now as clock } from './clock.ts'
import { execute } from './command.ts'
import { adoptKey } from './commands/tell-of-records.ts'
import { pool } from './db.ts'
import { env } from './env.ts'
import { recordKeys, recordsOrigin, recordVerifierKeys } from './record-keys.ts'
import type { Head, VerifierKey } from './rules/checkpoint.ts'
import { openNote, readVerifierKey, signHead } from './rules/note-signing.ts'
import { shared } from './runtime.ts'
import { fillNodes, rootAt, treeSize, TreeBroken } from './tree.ts'

export interface HeadsOptions {
  /** Something was sealed that should not wait. */
  atOnce: boolean
}

/** So many leaves are signed without waiting for the clock. */
const manyLeaves = 1_000

/** What was signed or anchored earlier, and by whom we know it. */
export interface KnownHead {
  from: string
  size: number
  /** Base64. */
  root: string
}

/** What this process signed last: a database that is put back under it cannot make it forget. */
const memory = (): { head: Head | null } => shared('newest-head', () => ({ head: null }))

export interface HeadRow {
  size: string
  root: string
  at: Date
  note: string
}

/** The newest head that the database knows. */
export async function newestHead(client: Pick<ClientBase, 'query'>, origin: string): Promise<HeadRow | null> {
  const { rows } = await client.query<HeadRow>('select size, root, at, note from tree_head where origin = $1 order by size desc limit 1', [origin])
  return rows[0] ?? null
}

/** The keys of our own that a head may be signed with: today's, and those of before. */
export async function ownKeys(client: Pick<ClientBase, 'query'>): Promise<VerifierKey[]> {
  const { rows } = await client.query<{ verifier_key: string }>('select verifier_key from record_key')
  const before = rows.flatMap(({ verifier_key: text }) => {
    const read = readVerifierKey(text)
    return read.ok ? [read.key] : []
  })
  return [...recordVerifierKeys(), ...before]
}

/**
 * The newest heads that we know from outside the database: the process's own, and each anchor that can be read. One that cannot is no news
 * here: the anchors' loop tells of it. A signature that is not ours says nothing: whoever can write to an anchor must not be able to stop the signing.
 */
export async function headsOutside(client: Pick<ClientBase, 'query'>, stores: readonly AnchorStore[] = anchorStores()): Promise<KnownHead[]> {
  const origin = recordsOrigin()
  const { head } = memory()
  const own: KnownHead[] = head?.origin === origin ? [{ from: 'this server’s memory', size: head.size, root: head.root }] : []
  const lines = await Promise.all(stores.map(async ({ name, newest }) => ({ name, line: (await newest().catch(() => null)) ?? null })))
  const keys = lines.some(({ line }) => line) ? await ownKeys(client) : []
  return [...own, ...lines.flatMap(({ name, line }) => (line?.head.origin === origin && openNote(line.note, keys).ok ? [{ from: name, size: line.head.size, root: line.head.root }] : []))]
}

/** Why the tree, as it is now, does not continue what was signed; null where it does. */
export async function disagreement(client: Pick<ClientBase, 'query'>, size: number, known: readonly KnownHead[]): Promise<string | null> {
  for (const head of known) {
    if (head.size > size) return `${head.from} holds a tree head over ${head.size} records, and the database has sealed ${size}: it was rolled back to an older state, or its newest records were removed`
    try {
      const root = (await rootAt(client, head.size)).toString('base64')
      if (root !== head.root) return `the first ${head.size} records are not those of the tree head that ${head.from} holds: history was rewritten, or the database is another one`
    } catch (error) {
      if (error instanceof TreeBroken) return `the sealed tree has holes: ${error.message}`
      throw error
    }
  }
  return null
}

/** `nothing-new`: the newest head is over all that is sealed. `later`: not due yet, or the inner nodes are still being made. */
export type Signing = 'signed' | 'nothing-new' | 'later' | { refused: string }

/** Signs a head over all leaves where one is due. What does not continue the heads before it is never signed. */
export async function signWhereDue(client: Pick<ClientBase, 'query'>, { atOnce }: HeadsOptions): Promise<Signing> {
  const origin = recordsOrigin()
  const size = await treeSize(client)
  const last = await newestHead(client, origin)
  const now = clock()
  if (size === 0 || Number(last?.size) === size) return 'nothing-new'
  const due = !last || atOnce || size - Number(last.size) >= manyLeaves || size < Number(last.size) || now.getTime() - last.at.getTime() >= env().HEAD_EVERY_SECONDS * 1_000
  if (!due) return 'later'
  if (!(await fillNodes(client, size))) return 'later'
  const known: KnownHead[] = [...(last ? [{ from: 'the database itself', size: Number(last.size), root: Buffer.from(last.root, 'hex').toString('base64') }] : []), ...(await headsOutside(client))]
  const refused = await disagreement(client, size, known)
  if (refused) return { refused }
  const root = await rootAt(client, size)
  const head: Head = { origin, size, root: root.toString('base64'), at: now.toISOString() }
  await client.query('insert into tree_head (origin, size, root, at, note) values ($1, $2, $3, $4, $5)', [origin, size, root.toString('hex'), now, signHead(head, recordKeys())])
  memory().head = head
  return 'signed'
}

/** Keeps the public half of every key that signs now; a new one is a record. */
export async function adoptKeys(): Promise<void> {
  const { rows } = await pool().query<{ verifier_key: string }>('select verifier_key from record_key')
  const known = new Set(rows.map((row) => row.verifier_key))
  for (const { text } of recordVerifierKeys()) if (!known.has(text)) await execute(adoptKey, system('sealer'), { verifierKey: text })
}
