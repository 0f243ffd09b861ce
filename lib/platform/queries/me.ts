import { z } from 'zod'
import type { Permission } from '../may.ts'
import { permissionsOf } from '../may.ts'
import { mePerson } from '../me-person.ts'
import { query } from '../query.ts'
import type { MeView } from '../view.ts'

export const meView = query({
  name: 'me.view',
  summary: 'Who you are here, and what your roles allow.',
  permission: 'signed-in',
  audience: 'me',
  input: z.strictObject({}),
  async read({ actor }): Promise<MeView> {
    const me = mePerson(actor)
    const roles = [...new Set(me.grants.map((grant) => grant.role))]
    return {
      id: me.id,
      name: me.name,
      email: me.email,
      grants: me.grants.map(({ role, projectId, serviceId, environmentId }) => ({ role, projectId, serviceId, environmentId })),
      roles,
      permissions: [...new Set(roles.flatMap((role): readonly Permission[] => permissionsOf[role]))].sort(),
    }
  },
  touches: {},
})
