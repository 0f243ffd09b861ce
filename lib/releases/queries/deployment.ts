import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { query } from '#lib/platform/query.ts'
import type { DeploymentView } from '../view.ts'
import { presentDeployments } from './present-deployments.ts'

const all = () => ({})
const itself = (event: { subject: string }) => ({ deploymentId: event.subject })

export const deploymentView = query({
  name: 'deployment.view',
  summary: 'One deployment: where it stands, and how its soak goes on each target.',
  permission: 'release.read',
  input: z.strictObject({ deploymentId: z.uuid() }),

  async load({ db }, { deploymentId }) {
    const deployment = await db.deployment.findUnique({ where: { id: deploymentId } })
    if (!deployment) throw new Fault('not_found', 'there is no such deployment here')
    return { subject: deployment, scope: { projectId: deployment.projectId, environmentId: deployment.environmentId, serviceIds: [deployment.serviceId] } }
  },

  read: async ({ db }, { deploymentId }): Promise<DeploymentView> => must((await presentDeployments(db, { deploymentId }))[0], 'the deployment that was just loaded'),

  touches: {
    'deployment.requested': itself, 'deployment.started': itself, 'deployment.finished': itself, 'deployment.spoiled': itself,
    'target.known-good': all, 'snapshot.taken': all, 'baseline.taken': all,
  },
})
