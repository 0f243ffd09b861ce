import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex')

/** The Authorization header of one request. */
export function authorization(key: KeyObject, agentId: string, request: { method: string; path: string; body: string; millis: number }): string {
  const text = `${request.method}\n${request.path}\n${request.millis}\n${createHash('sha256').update(request.body).digest('hex')}`
  return `Agent ${agentId}.${request.millis}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

/** Whether the pinned server key signed this lease. */
export function leaseSigned(serverKey: string, lease: { runId: string; stepId: string; epoch: number; hash: string }, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([spkiHeader, Buffer.from(serverKey, 'base64url')]), format: 'der', type: 'spki' })
    return verify(null, Buffer.from(`knowngood-lease-v1\n${lease.runId}\n${lease.stepId}\n${lease.epoch}\n${lease.hash}`), key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
