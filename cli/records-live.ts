import type { AnchorLine } from '#lib/platform/rules/anchor-line.ts'
import { readAnchorLine } from '#lib/platform/rules/anchor-line.ts'
import type { VerifierKey } from '#lib/platform/rules/checkpoint.ts'
import { fromBase64 } from '#lib/platform/rules/checkpoint.ts'
import { isConsistent } from '#lib/platform/rules/merkle.ts'
import { openNote } from '#lib/platform/rules/note-signing.ts'
import type { Receipt } from '#lib/platform/rules/receipt.ts'
import { receiptText, verifyReceipt } from '#lib/platform/rules/receipt.ts'
import { CannotTell, exitCodes } from './verifying.ts'

/** Asks the server; given from outside, so that a lying one can be put in its place. */
export type Ask = (path: string) => Promise<unknown>

export interface LiveOptions {
  keys: readonly VerifierKey[]
  /** Lines of an anchor; null = none. */
  anchor: AsyncIterable<string> | Iterable<string> | null
  /** How many of the newest records are proven one by one. */
  sample: number
}

/** Of the anchored heads so many, evenly spread and the newest always, are each proven to be a beginning of the server's newest. */
const headsAtMost = 100

/** Holds a server to its own proofs: nothing that it says is believed before it is computed. Returns the exit code. */
export async function verifyLive(ask: Ask, { keys, anchor, sample }: LiveOptions, say: (line: string) => void = console.log): Promise<number> {
  const wrong = (line: string): number => (say(`WRONG ${line}`), exitCodes.wrong)
  const { head } = (await ask('/api/v1/records/heads')) as { head: { note: string } | null }
  if (!head) throw new CannotTell('the server has signed no tree head yet')
  const newest = openNote(head.note, keys)
  if (!newest.ok) return wrong(newest.because)
  const root = Buffer.from(fromBase64(newest.head.root) ?? [])
  say(`signed: the tree head over ${newest.head.size} records, of ${newest.head.at}`)

  const lines: AnchorLine[] = []
  for await (const text of anchor ?? []) {
    const line = readAnchorLine(text)
    if (line?.head.origin === newest.head.origin) lines.push(line)
  }
  const every = Math.max(1, Math.floor(lines.length / headsAtMost))
  for (const [at, line] of lines.entries()) {
    if (at % every !== 0 && at !== lines.length - 1) continue
    const opened = openNote(line.note, keys)
    if (!opened.ok) return wrong(`the anchor: ${opened.because}`)
    const { size, root: anchored, at: signedAt } = opened.head
    if (size > newest.head.size) return wrong(`the anchor has a tree head over ${size} records, of ${signedAt}, and the server’s newest is over ${newest.head.size}: it was rolled back`)
    const proof = (await ask(`/api/v1/records/consistency?from=${size}&to=${newest.head.size}`)) as { proof?: unknown }
    const hashes = hashesIn(proof.proof)
    if (!hashes || !isConsistent(size, newest.head.size, fromBase64(anchored) ?? new Uint8Array(), root, hashes)) return wrong(`the ${size} records anchored on ${signedAt} are not the beginning of the ${newest.head.size} that the server shows: history was rewritten`)
  }
  if (anchor) {
    if (lines.length === 0) throw new CannotTell(`the anchor holds no tree head of ${newest.head.origin}`)
    say(`anchor: ${lines.length} tree heads, and what the server shows continues them`)
  }

  const { records } = (await ask(`/api/v1/records?limit=${sample}`)) as { records: { id: string; action: string; leaf: { index: number } | null }[] }
  let proven = 0
  for (const record of records) {
    if (!record.leaf || record.leaf.index >= newest.head.size) continue
    const receipt = (await ask(`/api/v1/records/${record.id}/receipt`)) as Receipt
    const verdict = await verifyReceipt(receiptText(receipt), keys.map(({ text }) => text))
    if (!verdict.ok) return wrong(`record ${record.id}: ${verdict.because}`)
    if (verdict.entries.length !== 1 || verdict.entries[0]?.record.id !== record.id || verdict.entries[0].record.action !== record.action) return wrong(`record ${record.id}: the server proves another record`)
    if (verdict.head.size === newest.head.size && verdict.head.root !== newest.head.root) return wrong(`two tree heads over ${newest.head.size} records with different roots: two histories are shown`)
    proven++
  }
  say(`records: the newest ${proven} are proven under it`)
  return exitCodes.well
}

const hashesIn = (value: unknown): Buffer[] | null => (Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[0-9a-f]{64}$/.test(one)) ? value.map((one: string) => Buffer.from(one, 'hex')) : null)
