import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadDeploymentForUpdate } from '../load.ts'

export const startDeployment = command({
  name: 'deployment.start',
  summary: 'A run carries the deployment out now.',
  permission: 'deployment.request',
  input: z.strictObject({ deploymentId: z.uuid(), runId: z.uuid() }),
  load: ({ tx }, { deploymentId }) => loadDeploymentForUpdate(tx, deploymentId),

  async run({ tx }, { deploymentId, runId }, deployment) {
    if (deployment.status !== 'requested') throw new Fault('conflict', `this deployment is ${deployment.status}; only a requested one can start`, { status: deployment.status })
    const version = deployment.version + 1
    const { count } = await tx.deployment.updateMany({ where: { id: deploymentId, version: deployment.version }, data: { status: 'running', runId, version } })
    if (count === 0) throw new Fault('conflict', 'somebody changed this deployment first')
    const { service, environment, releaseVersion } = deployment
    return { result: { status: 'running' as const }, events: [{ name: 'deployment.started', subject: deploymentId, version, data: { service, environment, version: releaseVersion, status: 'running', runId } }] }
  },
})
