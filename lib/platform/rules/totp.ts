import { createHmac } from 'node:crypto'

/** A code is good for this long (RFC 6238 §4). */
export const stepSeconds = 30
/** One step to each side, for clocks that are a little off (RFC 6238 §5.2). */
const steps = [0, -1, 1] as const

/** The six digits of a time step (RFC 4226 §5.3, HMAC-SHA-1: what every authenticator app knows). */
export function codeAt(secret: Buffer, step: bigint): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(step)
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(19) & 0x0f
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export const stepOf = (atMs: number): bigint => BigInt(Math.floor(atMs / 1000 / stepSeconds))

/** The time step whose code this is, at a moment; null where it is none of those that count now. */
export function matchingStep(secret: Buffer, code: string, atMs: number): bigint | null {
  const now = stepOf(atMs)
  return steps.map((off) => now + BigInt(off)).find((step) => codeAt(secret, step) === code) ?? null
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base 32 without padding: how apps are given a secret. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** What an authenticator app opens. */
export const otpauthUri = (secret: Uint8Array, account: string, issuer: string): string =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
