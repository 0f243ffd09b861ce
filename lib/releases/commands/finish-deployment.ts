import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadDeploymentForUpdate } from '../load.ts'

export const finishDeployment = command({
  name: 'deployment.finish',
  summary: 'The deployment is over. Where it succeeded, its release is what should run, and its soak begins.',
  permission: 'deployment.request',
  input: z.strictObject({ deploymentId: z.uuid(), status: z.enum(['succeeded', 'failed', 'refused']), because: z.string().max(2_000).nullable() }),
  load: ({ tx }, { deploymentId }) => loadDeploymentForUpdate(tx, deploymentId),

  async run({ tx, now }, { deploymentId, status, because }, deployment) {
    if (deployment.status !== 'requested' && deployment.status !== 'running') throw new Fault('conflict', `this deployment is over already: ${deployment.status}`, { status: deployment.status })
    const version = deployment.version + 1
    const { count } = await tx.deployment.updateMany({ where: { id: deploymentId, version: deployment.version }, data: { status, because, finishedAt: now, version } })
    if (count === 0) throw new Fault('conflict', 'somebody changed this deployment first')
    if (status === 'succeeded') {
      await tx.$queryRaw`select id from target where id in (select target_id from deployment_target where deployment_id = ${deploymentId}::uuid) order by id for update`
      await tx.$executeRaw`
        update target set desired_release_id = ${deployment.releaseId}::uuid, version = version + 1 where id in (select target_id from deployment_target where deployment_id = ${deploymentId}::uuid)`
      await tx.deploymentTarget.updateMany({ where: { deploymentId }, data: { soakUntil: new Date(now.getTime() + deployment.soakSeconds * 1_000) } })
    }
    const { service, environment, releaseVersion, runId } = deployment
    return { result: { status }, events: [{ name: 'deployment.finished', subject: deploymentId, version, data: { service, environment, version: releaseVersion, status, runId } }] }
  },
})
