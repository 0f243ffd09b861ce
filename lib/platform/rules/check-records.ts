import type { AnchorLine } from './anchor-line.ts'
import type { Head, VerifierKey } from './checkpoint.ts'
import type { Growing } from './merkle.ts'
import { growing, leafHashOf } from './merkle.ts'
import { openNote } from './note-signing.ts'
import { payloadDigest } from './record-digest.ts'
import type { RecordHeader } from './sealed.ts'
import { leafEntry } from './sealed.ts'

/* Computes sealed records anew, one after the other, and names the first that is not what was sealed. Used by the server's own check and offline. */

/** A leaf with what it stands for. */
export interface SealedRow {
  index: number
  /** Hex. */
  leaf: string
  recordId: string
  /** `gone`: there is a leaf and no record. `elsewhere`: a record of a project that the reader may not see; only its hash is here. */
  record: RecordHeader | 'gone' | 'elsewhere'
  /** Null where the payload was disposed of, or may not be seen. */
  salt: string | null
  payload: unknown
}

/** The first thing that is wrong. `index`: the leaf, where one can be named; `from` and `to`: between which leaves it lies, where that is all that can be known. */
export interface Finding {
  index: number | null
  recordId: string | null
  what: string
}

export interface RecordCheck {
  /** Gives the next tree heads known from elsewhere (an anchor), which must lie in order. Before the rows that they cover. */
  anchored(line: AnchorLine): Finding | null
  /** How far the anchored heads reach. */
  anchoredSize(): number
  /** Gives a signed head from the same place as the rows; before the last row that it covers. */
  head(note: string): Finding | null
  /** Gives the next row, in order of its index. */
  row(row: SealedRow): Finding | null
  /** All rows were given. */
  end(): Finding | null
  /** How many rows were found to be right so far. */
  size(): number
  /** The newest verified head that the rows fulfil. */
  covered(): Head | null
  /** Payloads that are no longer there. */
  disposed(): number
  /** Over so many rows, this is the root: base64. */
  root(): string
}

const at = (index: number, recordId: string | null, what: string): Finding => ({ index, recordId, what })

/** Starts a check. `keys`: whose signatures count. */
export function checkRecords(keys: readonly VerifierKey[]): RecordCheck {
  const tree: Growing = growing()
  const witness: Growing = growing()
  /** Verified heads that rows have still to fulfil, by size. */
  const ahead = new Map<number, Head>()
  let newestAnchored: Head | null = null
  let largest: Head | null = null
  let covered: Head | null = null
  /** Anchored leaves that no row was held against yet. */
  let pending: { from: number; leaves: Buffer }[] = []
  let suspect: { row: SealedRow; sealed: Buffer; next: Buffer | null } | null = null
  let disposed = 0

  const remember = (head: Head): Finding | null => {
    const other = ahead.get(head.size) ?? (covered?.size === head.size ? covered : null)
    if (other && other.root !== head.root) return { index: null, recordId: null, what: `two tree heads over ${head.size} records are signed with different roots (${other.at} and ${head.at}): two histories were shown` }
    if (head.size > tree.size()) ahead.set(head.size, head)
    if (!largest || head.size > largest.size) largest = head
    return null
  }

  const sealedAt = (index: number): Buffer | null => {
    const piece = pending.find(({ from, leaves }) => index >= from && index < from + leaves.length / 32)
    return piece ? piece.leaves.subarray((index - piece.from) * 32, (index - piece.from + 1) * 32) : null
  }

  /** Where a leaf is not the one that was anchored, the next row tells what was done. */
  const judge = (following: Buffer | null): Finding | null => {
    if (!suspect) return null
    const { row, sealed, next } = suspect
    const leaf = Buffer.from(row.leaf, 'hex')
    const movedUp = next?.equals(leaf) ?? false
    const movedDown = following?.equals(sealed) ?? false
    const what =
      movedUp && movedDown ? `it changed places with leaf ${row.index + 1}`
      : movedUp ? 'the record that was sealed here was deleted, and what follows moved up'
      : movedDown ? 'this record was inserted: another was sealed here, which now comes next'
      : 'this is not the record that was sealed here: it was changed together with its leaf, or put in the place of another'
    return at(row.index, row.recordId, what)
  }

  return {
    anchored(line) {
      const opened = openNote(line.note, keys)
      if (!opened.ok) return { index: null, recordId: null, what: `the anchor cannot be relied on: ${opened.because}` }
      if (line.from > witness.size()) return { index: null, recordId: null, what: `the anchor lacks the tree heads from ${witness.size()} to ${line.from}: it was cut, or is not whole` }
      // An anchor may have been given the same head twice: what it has already is not taken again.
      const leaves = Buffer.from(line.leaves).subarray((witness.size() - line.from) * 32)
      const from = witness.size()
      for (let index = 0; index < leaves.length / 32; index++) witness.append(leaves.subarray(index * 32, (index + 1) * 32))
      if (line.head.size < from) return remember(line.head)
      if (witness.root().toString('base64') !== line.head.root) return { index: null, recordId: null, what: `the anchor’s leaves ${from} to ${line.head.size - 1} do not make the root that was signed over ${line.head.size} records: the anchor itself was altered there` }
      if (leaves.length > 0 && line.head.size > tree.size()) pending.push({ from, leaves })
      newestAnchored = line.head
      return remember(line.head)
    },
    anchoredSize: () => witness.size(),
    head(note) {
      const opened = openNote(note, keys)
      return opened.ok ? remember(opened.head) : { index: null, recordId: null, what: opened.because }
    },
    row(row) {
      const index = tree.size()
      if (suspect) return judge(Buffer.from(row.leaf, 'hex'))
      if (row.index > index) return at(index, null, `leaf ${index} is missing (the next one is ${row.index}): its row was deleted`)
      if (row.index < index) return at(row.index, row.recordId, `leaf ${row.index} is there twice, or out of order`)
      const wrong = ofItself(row)
      const sealed = sealedAt(index)
      if (sealed && sealed.toString('hex') !== row.leaf && !wrong) {
        // What was done is clear only from the next row; the finding is of this one.
        suspect = { row, sealed, next: sealedAt(index + 1) }
        return null
      }
      if (wrong) return wrong
      if (row.record !== 'elsewhere' && row.salt === null) disposed++
      tree.append(Buffer.from(row.leaf, 'hex'))
      pending = pending.filter(({ from, leaves }) => from + leaves.length / 32 > tree.size())
      const head = ahead.get(tree.size())
      if (!head) return null
      ahead.delete(tree.size())
      if (tree.root().toString('base64') !== head.root) {
        const since = covered?.size ?? 0
        return { index: null, recordId: null, what: `the tree head signed at ${head.at} over ${head.size} records has another root than these: something between leaf ${since} and leaf ${head.size - 1} was changed together with its leaf (an anchor names which one)` }
      }
      covered = head
      return null
    },
    end() {
      const left = judge(null)
      if (left) return left
      const gone = newestAnchored && newestAnchored.size > tree.size() ? newestAnchored : largest && largest.size > tree.size() ? largest : null
      if (gone) return at(tree.size(), null, `the records from leaf ${tree.size()} on are missing: the tree head of ${gone.at} is over ${gone.size}. The newest were removed, or an older state was put back`)
      return null
    },
    size: () => tree.size(),
    covered: () => covered,
    disposed: () => disposed,
    root: () => tree.root().toString('base64'),
  }
}

/** What is wrong with a row whatever its neighbours are. */
function ofItself(row: SealedRow): Finding | null {
  if (row.record === 'gone') return at(row.index, row.recordId, 'the record was deleted: its leaf is still there')
  if (row.record === 'elsewhere') return null
  if (leafHashOf(leafEntry(row.record)).toString('hex') !== row.leaf) return at(row.index, row.recordId, 'the record’s header (time, actor, action, subject, incident or digest) was changed: it does not make its leaf')
  if (row.salt !== null && payloadDigest(row.salt, row.payload) !== row.record.payload_digest) return at(row.index, row.recordId, 'the record’s content was changed: it does not make the digest that was sealed')
  if (row.salt === null && row.payload !== null) return at(row.index, row.recordId, 'there is a content without its salt')
  return null
}
