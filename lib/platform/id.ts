import { randomBytes, randomUUID } from 'node:crypto'
import { base32 } from './rules/totp.ts'

let lastMs = 0
let counter = 0

/**
 * UUID version 7 (RFC 9562 §6.2, method 1): sorts by time, so that indexes grow at one end; a counter keeps the order of
 * what one process makes within a millisecond, so that the records of one command read in the order in which they came.
 */
export function newId(): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    // Begins low, so that a burst seldom has to borrow the next millisecond.
    counter = randomBytes(1).readUInt8()
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  const millis = lastMs.toString(16).padStart(12, '0')
  return `${millis.slice(0, 8)}-${millis.slice(8, 12)}-7${counter.toString(16).padStart(3, '0')}${randomUUID().slice(18)}`
}

/** A second factor's secret: 160 bits, as RFC 4226 asks for. */
export const newFactorSecret = (): Buffer => randomBytes(20)

/** A recovery code: 80 bits in four groups that can be read aloud. */
export const newRecoveryCode = (): string => (base32(randomBytes(10)).match(/.{4}/g) ?? []).join('-')

/** A bearer secret with 256 bits, prefixed so that a leaked one can be recognised. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`
