import type { Permission, Role } from './may.ts'

/** Who is signed in, and what they hold. */
export interface MeView {
  id: string
  name: string
  email: string
  grants: { role: Role; projectId: string; serviceId: string | null; environmentId: string | null }[]
  roles: Role[]
  permissions: Permission[]
}
