import { createHash } from 'node:crypto'
import { payloadEntry } from './sealed.ts'

/** `sha256:<hex>` over the salt and the RFC 8785 form of the payload. */
export const payloadDigest = (salt: string, payload: unknown): string => `sha256:${createHash('sha256').update(payloadEntry(salt, payload)).digest('hex')}`
