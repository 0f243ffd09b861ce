import { z } from 'zod'
import { Fault } from '../fault.ts'
import type { Permission } from '../may.ts'
import { permissionsOf } from '../may.ts'
import { query } from '../query.ts'
import type { MeView } from '../view.ts'

export const meView = query({
  name: 'me.view',
  summary: 'Who you are here, and what your roles allow.',
  permission: 'signed-in',
  audience: 'me',
  input: z.strictObject({}),
  async read({ actor }): Promise<MeView> {
    if (actor.kind !== 'person') throw new Fault('forbidden', 'this is for people; a token is not anybody')
    const roles = [...new Set(actor.grants.map((grant) => grant.role))]
    return {
      id: actor.id,
      name: actor.name,
      email: actor.email,
      grants: actor.grants.map(({ role, projectId, serviceId, environmentId }) => ({ role, projectId, serviceId, environmentId })),
      roles,
      permissions: [...new Set(roles.flatMap((role): readonly Permission[] => permissionsOf[role]))].sort(),
    }
  },
  touches: {},
})
