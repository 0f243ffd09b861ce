import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { env } from './env.ts'
import { shared } from './runtime.ts'

const key = (): KeyObject =>
  shared('signing-key', () => createPrivateKey({ key: Buffer.from(env().SIGNING_KEY, 'base64'), format: 'der', type: 'pkcs8' }))

/** Our public key as agents pin it: raw 32 bytes, base64url (the last 32 of the SPKI form, RFC 8410). */
export const serverKey = (): string => createPublicKey(key()).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url')

/** Signs what a lease says; the text is in docs/api/agent-protocol.md. */
export const signLease = (lease: { runId: string; stepId: string; epoch: bigint; hash: string }): string =>
  sign(null, Buffer.from(`knowngood-lease-v1\n${lease.runId}\n${lease.stepId}\n${lease.epoch}\n${lease.hash}`), key()).toString('base64url')
