import { createHmac } from 'node:crypto'

/** Shorter values are too common to hide: every `on` and `1` would become stars. */
const shortest = 4

/** A shorter piece of base64 may well be something else. */
const shortestPiece = 8

/** What is common to every base64 text that holds these bytes, at each of its three offsets: `user:secret` in a header is one of them. */
function piecesOf(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '')
      const spoiltAtTheEnd = (offset + bytes.length) % 3 === 0 ? 0 : 1
      return text.slice([0, 2, 3][offset], text.length - spoiltAtTheEnd)
    })
    .filter((piece) => piece.length >= shortestPiece)
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
/** As those write JSON who keep it to ASCII. */
const inAscii = (text: string): string => inJson(text).replaceAll(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
const inHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const inUrl = (text: string): string[] => {
  const strict = encodeURIComponent(text)
  // Some leave a few signs alone, some write a space as a plus, some write small hex digits.
  const ways = [strict, encodeURI(text), strict.replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`), strict.replaceAll('%20', '+')]
  return [...ways, ...ways.map((way) => way.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()))]
}

/** Every form in which a secret may show up in a line of output. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Headers are read as Latin-1, whatever they were written in.
  const plain = [secret, bytes.toString('latin1')]
  const base64 = piecesOf(bytes).flatMap((piece) => [piece, piece.replaceAll('+', '-').replaceAll('/', '_')])
  const whole = [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
  const lines = secret.split(/\r?\n/).filter((line) => line.trim().length >= 8)
  return [...plain, ...plain.map(inJson), ...plain.map(inJson).map(inJson), ...plain.map(inAscii), inHtml(secret), ...inUrl(secret), ...whole, ...base64, ...lines]
}

export type Mask = (text: string) => string

/** Replaces secrets, in any usual form, by `***`. */
export function maskOf(secrets: readonly string[]): Mask {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf))].filter((form) => form.length >= shortest).sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((masked, form) => masked.replaceAll(form, '***'), text)
}

/** Applies a mask to every string inside a JSON value, names included. */
export function maskDeep(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((inner) => maskDeep(inner, mask))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [mask(name), maskDeep(inner, mask)]))
  return value
}

/** Says whether a secret changed without saying what it is: HMAC-SHA-256 under a key that stays here. */
export const fingerprint = (key: Buffer, secret: string): string => createHmac('sha256', key).update(secret).digest('hex').slice(0, 12)

export interface MaskedConfig {
  content: Record<string, unknown>
  /** The secret values that were found, so that log lines can be masked as well. */
  secrets: string[]
}

/** A configuration in which the values of secret names, at any depth, are fingerprints. */
export function maskConfig(config: Record<string, unknown>, names: { secrets: readonly string[]; mask: readonly string[] }, key: Buffer): MaskedConfig {
  const hidden = new Set([...names.secrets, ...names.mask])
  const secrets: string[] = []
  const hide = (value: unknown): unknown => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    secrets.push(text)
    return { fingerprint: fingerprint(key, text) }
  }
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidden.has(name) ? hide(inner) : walk(inner)]))
  }
  const walked = walk(config) as Record<string, unknown>
  // A secret that is only named has no value here: that it exists is all that is known.
  for (const name of names.secrets) if (!contains(walked, name)) walked[name] = { fingerprint: null }
  return { content: maskDeep(walked, maskOf(secrets)) as Record<string, unknown>, secrets }
}

function contains(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, name) || Object.values(value).some((inner) => contains(inner, name))
}
