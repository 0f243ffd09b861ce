import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Actor } from './actor.ts'
import { anonymous } from './actor.ts'
import { now as clock } from './clock.ts'
import { db } from './db.ts'
import { Fault } from './fault.ts'
import { personOf } from './session.ts'

/** How far an agent's wall clock may be off before it is told. */
const clockSkewMs = 5 * 60_000

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The DER header of an Ed25519 public key (RFC 8410): raw keys on the wire, SPKI inside. */
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex')
export const publicKeyOf = (raw: string) => createPublicKey({ key: Buffer.concat([spkiHeader, Buffer.from(raw, 'base64url')]), format: 'der', type: 'spki' })

export interface Presented {
  method: string
  /** Path with query, as sent. */
  path: string
  authorization: string | null
  cookie: string | null
  /** The raw body, for signatures. */
  body: string
}

/**
 * Who sends this request. A credential that is there but wrong is refused, never taken for an anonymous visitor.
 */
export async function actorOf(presented: Presented): Promise<Actor> {
  const { authorization, cookie } = presented
  if (authorization === null) return (await personOf(cookie)) ?? anonymous
  const [scheme = '', credential = '', ...rest] = authorization.trim().split(/\s+/)
  if (credential && rest.length === 0) {
    const actor = scheme.toLowerCase() === 'bearer' ? await machineOf(credential) : scheme.toLowerCase() === 'agent' ? await agentOf(credential, presented) : null
    if (actor) return actor
  }
  throw new Fault('unauthenticated', 'invalid credential')
}

async function machineOf(token: string): Promise<Actor | null> {
  const row = await db().machineToken.findUnique({ where: { tokenHash: tokenHash(token) } })
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= clock())) return null
  return { kind: 'machine', id: row.id, name: row.name, projectId: row.projectId, scopes: row.scopes }
}

async function agentOf(credential: string, { method, path, body }: Presented): Promise<Actor | null> {
  const [id, millis, signature] = credential.split('.')
  if (!id || !millis || !signature || !/^[0-9a-f-]{36}$/.test(id) || !/^\d{1,15}$/.test(millis)) return null
  const agent = await db().agent.findUnique({ where: { id } })
  if (!agent || agent.revokedAt) return null
  const signed = `${method}\n${path}\n${millis}\n${createHash('sha256').update(body).digest('hex')}`
  if (!verify(null, Buffer.from(signed), publicKeyOf(agent.publicKey), Buffer.from(signature, 'base64url'))) return null
  const now = clock().getTime()
  if (Math.abs(now - Number(millis)) > clockSkewMs) throw new Fault('clock_skew', 'your clock is more than five minutes off', { now })
  return { kind: 'agent', id: agent.id, name: agent.name, projectId: agent.projectId, environmentId: agent.environmentId, regionId: agent.regionId, agentKind: agent.kind as 'real' | 'drill' }
}
