import type { Head } from './checkpoint.ts'
import { fromBase64, parseNote, toBase64 } from './checkpoint.ts'

/* What leaves the database: one line a tree head, with the leaves since the head before it, so that a row can be named that was changed later. */

export interface AnchorLine {
  /** Leaves `from` up to the head's size. */
  from: number
  /** Their hashes, 32 bytes each, one after the other. */
  leaves: Uint8Array
  note: string
  head: Head
}

/** One line of JSON with its newline. `leaves`: hex, in order. */
export const anchorLine = ({ from, leaves, note }: { from: number; leaves: Uint8Array; note: string }): string => `${JSON.stringify({ v: 1, from, leaves: base64Of(leaves), note })}\n`

/* In pieces: an argument list of a million bytes is too long. 3 divides the pieces, so that they may be joined. */
function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 30_000) text += toBase64(bytes.subarray(at, at + 30_000))
  return text
}

/** Reads a line; null where it is torn or none. Nothing here says that the signature is good. */
export function readAnchorLine(line: string): AnchorLine | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  const { v, from, leaves, note } = (value ?? {}) as { v?: unknown; from?: unknown; leaves?: unknown; note?: unknown }
  if (v !== 1 || typeof from !== 'number' || !Number.isSafeInteger(from) || from < 0 || typeof leaves !== 'string' || typeof note !== 'string') return null
  const parsed = parseNote(note)
  const bytes = bytesOf(leaves)
  if (!parsed.ok || bytes?.length !== (parsed.note.head.size - from) * 32) return null
  return { from, leaves: bytes, note, head: parsed.note.head }
}

function bytesOf(text: string): Uint8Array | null {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < text.length; at += 40_000) {
    const piece = fromBase64(text.slice(at, at + 40_000))
    if (!piece) return null
    pieces.push(piece)
  }
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  pieces.reduce((at, piece) => (all.set(piece, at), at + piece.length), 0)
  return all
}
