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
