import { canonicalJson } from './hash.ts'

/* What a leaf of the tree covers, as text: the same for the sealer, the verifiers and browsers. */

/** A record's header, key by key as the database names them. */
export interface RecordHeader {
  id: string
  project_id: string
  v: number
  /** ISO 8601, to the millisecond. */
  at: string
  actor_kind: string
  actor_id: string
  actor_name: string
  action: string
  subject_kind: string
  subject_id: string
  incident_id: string | null
  payload_digest: string
}

/** The entry of a leaf. The header names the payload's digest, so that the leaf covers the payload too, and the payload may still be disposed of. */
export const leafEntry = (header: RecordHeader): string => canonicalJson(header)

/** What the payload's digest is the SHA-256 of; the salt keeps a guessed payload from being confirmed. */
export const payloadEntry = (salt: string, payload: unknown): string => `${salt}\n${canonicalJson(payload)}`
