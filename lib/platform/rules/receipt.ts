import type { Head, VerifierKey } from './checkpoint.ts'
import { fromBase64, fromHex, keyIdInput, parseNote, parseVerifierKey, signatureOf, toBase64, toHex } from './checkpoint.ts'
import { canonicalJson } from './hash.ts'
import { pathSides } from './merkle-ranges.ts'
import type { RecordHeader } from './sealed.ts'
import { leafEntry, payloadEntry } from './sealed.ts'

/* A receipt proves records without server or database. Checked with WebCrypto alone: the same code in Node and in browsers. */

/** One record, with what leads from it to the root. */
export interface ReceiptEntry {
  record: RecordHeader
  /** Null where the payload was disposed of: the record is still proven. */
  salt: string | null
  payload: unknown
  index: number
  /** Hashes from the leaf upwards, hex. */
  path: string[]
}

export interface Receipt {
  format: 'knowngood-receipt'
  v: 1
  entries: ReceiptEntry[]
  /** The signed tree head that every entry is proven under. */
  note: string
  /** The keys that signed it, so that the file stands alone; trust comes from comparing them with a copy from elsewhere. */
  keys: string[]
}

export type ReceiptVerdict =
  | { ok: true; head: Head; entries: ReceiptEntry[]; keys: VerifierKey[] }
  /** `entry`: which one is wrong, from 0; null = the file as a whole. */
  | { ok: false; entry: number | null; because: string }

/** A receipt as a file: canonical JSON and a newline, so that no byte of it can change unnoticed. */
export const receiptText = (receipt: Receipt): string => `${canonicalJson(receipt)}\n`

const sha256 = async (...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', all))
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const wrong = (because: string, entry: number | null = null): ReceiptVerdict => ({ ok: false, entry, because })

/** Checks every byte of a receipt. `trusted`: keys from elsewhere; without them those in the file itself are taken, which proves only that it is whole. */
export async function verifyReceipt(text: string, trusted: readonly string[] | null = null): Promise<ReceiptVerdict> {
  const read = readReceipt(text)
  if (!read.ok) return read
  const { receipt } = read
  const opened = await openReceipt(receipt)
  if (!opened.ok) return opened
  const { head, keys } = opened
  if (trusted && !keys.some((key) => trusted.includes(key.text))) return wrong('the tree head is signed by none of the keys that are trusted here')
  const root = toHex(fromBase64(head.root) ?? new Uint8Array())
  for (const [at, entry] of receipt.entries.entries()) {
    if (entry.salt !== null) {
      const digest = `sha256:${toHex(await sha256(utf8(payloadEntry(entry.salt, entry.payload))))}`
      if (digest !== entry.record.payload_digest) return wrong('the content is not the one that was recorded: its digest differs from the one in the record', at)
    } else if (entry.payload !== null) return wrong('there is a content without its salt', at)
    const sides = pathSides(entry.index, head.size)
    if (entry.index >= head.size || sides.length !== entry.path.length) return wrong(`leaf ${entry.index} of ${head.size} does not have a path of ${entry.path.length} hashes`, at)
    let hash = await sha256(Uint8Array.of(0), utf8(leafEntry(entry.record)))
    for (const [step, side] of sides.entries()) {
      const other = fromHex(entry.path[step] ?? '') ?? new Uint8Array()
      hash = side === 'left' ? await sha256(Uint8Array.of(1), other, hash) : await sha256(Uint8Array.of(1), hash, other)
    }
    if (toHex(hash) !== root) return wrong('the record, its place or its path was altered: they do not lead to the root that was signed', at)
  }
  return { ok: true, head, entries: receipt.entries, keys }
}

type OpenedReceipt = { ok: true; head: Head; keys: VerifierKey[] } | { ok: false; entry: null; because: string }

/** The head, if each of the receipt's keys has signed it and nobody else: every byte is accounted for. */
async function openReceipt(receipt: Receipt): Promise<OpenedReceipt> {
  const no = (because: string): OpenedReceipt => ({ ok: false, entry: null, because })
  const parsed = parseNote(receipt.note)
  if (!parsed.ok) return no(parsed.because)
  const { head, text, signatures } = parsed.note
  if (signatures.length !== receipt.keys.length || signatures.length === 0) return no('the tree head has not one signature of each key that the receipt names')
  const keys: VerifierKey[] = []
  for (const [at, line] of signatures.entries()) {
    const named = receipt.keys[at] ?? ''
    const key = parseVerifierKey(named)
    if (!key || toHex((await sha256(keyIdInput(key.name, key.publicKey))).slice(0, 4)) !== key.id) return no(`the key "${named.slice(0, 60)}" is not one: its id does not belong to it`)
    const signature = signatureOf(line)
    if (!signature || signature.id !== key.id || line.name !== key.name) return no(`the key "${named.slice(0, 60)}" did not sign the tree head`)
    if (key.name !== head.origin) return no(`the tree head is one of ${head.origin}, and the key is one of ${key.name}`)
    const publicKey = await globalThis.crypto.subtle.importKey('raw', Uint8Array.from(key.publicKey), 'Ed25519', false, ['verify']).catch(() => null)
    if (!publicKey) return no('this program cannot check Ed25519 signatures, or the key is not one')
    if (!(await globalThis.crypto.subtle.verify('Ed25519', publicKey, signature.bytes, new TextEncoder().encode(text)))) return no('the signature does not belong to the tree head: head, signature or key was altered')
    keys.push(key)
  }
  return { ok: true, head, keys }
}

const headerFields = ['action', 'actor_id', 'actor_kind', 'actor_name', 'at', 'id', 'incident_id', 'payload_digest', 'project_id', 'subject_id', 'subject_kind', 'v']

const hasKeys = (value: unknown, keys: readonly string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).toSorted().join() === keys.toSorted().join()

/** The shape, strictly: no field more and none less, and the bytes are the canonical ones. */
function readReceipt(text: string): { ok: true; receipt: Receipt } | { ok: false; entry: number | null; because: string } {
  const no = (because: string, entry: number | null = null) => ({ ok: false, entry, because }) as const
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return no('this is not JSON any more')
  }
  if (!hasKeys(value, ['entries', 'format', 'keys', 'note', 'v']) || value['format'] !== 'knowngood-receipt') return no('this is not a receipt, or its frame was altered')
  if (value['v'] !== 1) return no(`this is a receipt of version ${String(value['v'])}; this program knows version 1`)
  const { entries, keys, note } = value
  if (!Array.isArray(entries) || entries.length === 0 || !Array.isArray(keys) || !keys.every((key) => typeof key === 'string') || typeof note !== 'string') return no('its entries, keys or tree head are not what a receipt has')
  for (const [at, entry] of (entries as unknown[]).entries()) {
    const fits =
      hasKeys(entry, ['index', 'path', 'payload', 'record', 'salt']) && hasKeys(entry['record'], headerFields) && Number.isSafeInteger(entry['index']) && Number(entry['index']) >= 0 &&
      (entry['salt'] === null || typeof entry['salt'] === 'string') && Array.isArray(entry['path']) && entry['path'].every((hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash))
    if (!fits) return no('an entry does not have the fields of one', at)
  }
  const receipt = value as unknown as Receipt
  const canonical = receiptText(receipt)
  if (canonical !== text) {
    let at = 0
    while (at < canonical.length && canonical[at] === text[at]) at++
    return no(`the file is not in its canonical form from character ${at} on: it was altered there, or something wrote it anew`)
  }
  return { ok: true, receipt }
}

/** Base64 of a hex root, as a head says it. */
export const rootBase64 = (hex: string): string => toBase64(fromHex(hex) ?? new Uint8Array())
