/* Signed tree heads as text: C2SP signed-note and tlog-checkpoint. Reading and writing only; browsers use it too. */

/** The state of the tree at one size. */
export interface Head {
  /** Which log this is: `host/records`. */
  origin: string
  size: number
  /** Base64 of the 32 bytes. */
  root: string
  /** ISO 8601, to the millisecond; an extension line of the checkpoint. */
  at: string
}

/** One signature line: who, and base64 of the key's 4-byte id and the 64-byte signature. */
export interface Signature {
  name: string
  value: string
}

export interface Note {
  head: Head
  /** What was signed. */
  text: string
  signatures: Signature[]
}

/** A key as auditors keep it: `name+keyid+base64(0x01 ‖ public key)`. */
export interface VerifierKey {
  text: string
  name: string
  /** 8 hex digits: the beginning of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
  id: string
  /** 32 bytes. */
  publicKey: Uint8Array
}

/** The bytes of strict base64: with padding, and nothing that would read as the same bytes. Null for anything else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : null
}

export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Null where it is not an even number of lower-case digits. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> | null => (/^(?:[0-9a-f]{2})*$/.test(text) ? Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16)) : null)

/** The text that is signed. */
export const headText = ({ origin, size, root, at }: Head): string => `${origin}\n${size}\n${root}\ntime ${at}\n`

/** A signed note: the text, an empty line, the signatures. */
export const noteText = (text: string, signatures: readonly Signature[]): string => `${text}\n${signatures.map(({ name, value }) => `— ${name} ${value}\n`).join('')}`

const form = /^([^\n\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\ntime (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n\n((?:— [^\s+]+ [A-Za-z0-9+/=]+\n){1,16})$/

/** Reads a note; a sentence where it is none. Nothing here says that a signature is good. */
export function parseNote(note: string): { ok: true; note: Note } | { ok: false; because: string } {
  const found = form.exec(note)
  if (!found) return { ok: false, because: 'this is not a signed tree head (origin, size, root, time, an empty line, signatures)' }
  const [, origin = '', size = '', root = '', at = '', lines = ''] = found
  if (fromBase64(root)?.length !== 32) return { ok: false, because: 'its root is not 32 bytes in base64' }
  if (!Number.isSafeInteger(Number(size))) return { ok: false, because: 'its size is too large to be one' }
  const head = { origin, size: Number(size), root, at }
  const signatures = lines.trimEnd().split('\n').map((line) => {
    const [, name = '', value = ''] = line.split(' ')
    return { name, value }
  })
  return { ok: true, note: { head, text: headText(head), signatures } }
}

/** The key id and the 64 bytes of a signature line, or null where it is not one of Ed25519. */
export function signatureOf({ value }: Signature): { id: string; bytes: Uint8Array<ArrayBuffer> } | null {
  const bytes = fromBase64(value)
  return bytes?.length === 68 ? { id: toHex(bytes.slice(0, 4)), bytes: bytes.slice(4) } : null
}

/** Reads a key; whether its id belongs to it has still to be computed (`keyIdInput`). */
export function parseVerifierKey(text: string): VerifierKey | null {
  const [, name = '', id = '', key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = fromBase64(key)
  return bytes?.length === 33 && bytes[0] === 1 ? { text, name, id, publicKey: bytes.slice(1) } : null
}

/** What the id of a key is the beginning of the SHA-256 of. */
export function keyIdInput(name: string, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const before = new TextEncoder().encode(`${name}\n\u0001`)
  const all = new Uint8Array(before.length + publicKey.length)
  all.set(before)
  all.set(publicKey, before.length)
  return all
}
