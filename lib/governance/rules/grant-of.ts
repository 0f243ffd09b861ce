import type { Grant } from '#lib/platform/actor.ts'
import type { Role } from '#lib/platform/may.ts'

/** A grant as it is stored, in the form that `may` judges. */
export const grantOf = ({ role, projectId, teamId, serviceId, environmentId }: Omit<Grant, 'role'> & { role: string }): Grant => ({ role: role as Role, projectId, teamId, serviceId, environmentId })
