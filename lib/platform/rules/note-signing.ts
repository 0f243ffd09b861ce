import type { KeyObject } from 'node:crypto'
import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import type { Head, Signature, VerifierKey } from './checkpoint.ts'
import { headText, keyIdInput, noteText, parseNote, parseVerifierKey, signatureOf, toBase64 } from './checkpoint.ts'

/** The first bytes of an Ed25519 key in SPKI form; the 32 of the key follow (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

const idOf = (name: string, publicKey: Uint8Array): string => createHash('sha256').update(keyIdInput(name, publicKey)).digest('hex').slice(0, 8)

/** The public half of a key under a name, as auditors keep it. */
export function verifierKeyOf(name: string, privateKey: KeyObject): VerifierKey {
  const publicKey = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
  const id = idOf(name, publicKey)
  return { text: `${name}+${id}+${toBase64(Uint8Array.of(1, ...publicKey))}`, name, id, publicKey }
}

/** A key from its text, or a sentence about what is wrong with it. */
export function readVerifierKey(text: string): { ok: true; key: VerifierKey } | { ok: false; because: string } {
  const key = parseVerifierKey(text.trim())
  if (!key) return { ok: false, because: `"${text.trim().slice(0, 80)}" is not a key: it looks like host/records+1a2b3c4d+AZ…=` }
  if (idOf(key.name, key.publicKey) !== key.id) return { ok: false, because: `the key ${key.name}+${key.id} does not have the id that it names: it was altered or mistyped` }
  return { ok: true, key }
}

/** A tree head, signed by each of the keys: one, or two while one follows another. */
export function signHead(head: Head, keys: readonly KeyObject[]): string {
  const text = headText(head)
  const signatures = keys.map((key): Signature => {
    const { name, id } = verifierKeyOf(head.origin, key)
    return { name, value: Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), key)]).toString('base64') }
  })
  return noteText(text, signatures)
}

export type Opened = { ok: true; head: Head; by: VerifierKey[] } | { ok: false; because: string }

/**
 * The head of a note that at least one of these keys has signed. Signatures of other keys are passed over; one that claims a known key
 * and is not good refuses the whole note.
 */
export function openNote(text: string, keys: readonly VerifierKey[]): Opened {
  const parsed = parseNote(text)
  if (!parsed.ok) return parsed
  const { note } = parsed
  const by: VerifierKey[] = []
  for (const line of note.signatures) {
    const signature = signatureOf(line)
    const key = signature && keys.find(({ name, id }) => name === line.name && id === signature.id)
    if (!key || !signature) continue
    const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, key.publicKey]), format: 'der', type: 'spki' })
    if (!verify(null, Buffer.from(note.text), publicKey, signature.bytes)) return { ok: false, because: `the signature of ${key.name}+${key.id} does not belong to this tree head (size ${note.head.size}): one of the two was altered` }
    by.push(key)
  }
  if (by.length === 0) return { ok: false, because: `the tree head of size ${note.head.size} is signed by none of the keys that are trusted here` }
  if (!by.some(({ name }) => name === note.head.origin)) return { ok: false, because: `the tree head is one of ${note.head.origin}, and the keys are not` }
  return { ok: true, head: note.head, by }
}
