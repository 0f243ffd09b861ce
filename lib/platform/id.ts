import { randomBytes, randomUUID } from 'node:crypto'

/** UUID version 7 (RFC 9562): sorts by time, so that indexes grow at one end. */
export function newId(): string {
  const millis = Date.now().toString(16).padStart(12, '0')
  const tail = randomUUID().slice(15)
  return `${millis.slice(0, 8)}-${millis.slice(8, 12)}-7${tail}`
}

/** A bearer secret with 256 bits, prefixed so that a leaked one can be recognised. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`
