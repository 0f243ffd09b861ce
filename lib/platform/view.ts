import type { Permission, Role } from './may.ts'

/** A person's own second factors and sessions. */
export interface SecurityView {
  hasPassword: boolean
  factors: { id: string; name: string; addedAt: string }[]
  recoveryCodesLeft: number
  sessions: { id: string; since: string; browser: string; /** The one that asks. */ mine: boolean }[]
}

/** Who is signed in, and what they hold. */
export interface MeView {
  id: string
  name: string
  email: string
  grants: { role: Role; projectId: string; serviceId: string | null; environmentId: string | null }[]
  roles: Role[]
  permissions: Permission[]
}

/** Something that is wrong with the records. */
export interface RecordAlarmView {
  kind: 'anchor-late' | 'rolled-back' | 'rewritten'
  because: string
  since: string
}

/** How the records are protected now. */
export interface RecordHeadsView {
  /** The name under which heads are signed. */
  origin: string
  /** How many records are sealed. */
  size: number
  /** The newest signed tree head; null = none yet. `root` is hex. */
  head: { size: number; root: string; at: string; note: string } | null
  /** Every key that ever signed, in the form that verifiers take; `signs`: it does now. */
  keys: { text: string; since: string; signs: boolean }[]
  /** Where heads go outside the database; empty = nowhere. `size`: up to which head it has them. */
  anchors: { name: string; size: number; at: string | null; failingSince: string | null; problem: string | null }[]
  /** When the server last computed every record anew, and found nothing wrong. */
  checked: { size: number; at: string } | null
  alarms: RecordAlarmView[]
}
