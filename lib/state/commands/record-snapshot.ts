import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

export const recordSnapshot = command({
  name: 'snapshot.record',
  summary: 'Keep the configuration of a target as an agent found it before a deployment.',
  permission: 'agent.work',
  // The content is kept once, in its own table; the record names its digest.
  secret: ['content'],
  input: z.strictObject({
    targetId: z.uuid(),
    deploymentId: z.uuid().nullable(),
    digest: z.string().min(1).max(200),
    content: z.record(z.string(), z.unknown()).describe('Secrets as fingerprints only'),
  }),

  async load({ tx }, { targetId, deploymentId }) {
    const target = await tx.target.findUnique({ where: { id: targetId } })
    if (!target) throw new Fault('not_found', 'there is no such target here')
    if (deploymentId) {
      const moved = await tx.$queryRaw<unknown[]>`select 1 from deployment_target where deployment_id = ${deploymentId}::uuid and target_id = ${targetId}::uuid`
      if (moved.length === 0) throw new Fault('not_found', 'there is no such deployment of this target')
    }
    return { subject: target, scope: { projectId: target.projectId, environmentId: target.environmentId, regionId: target.regionId, serviceIds: [target.serviceId] } }
  },

  async run({ tx, now, newId }, { targetId, deploymentId, digest, content }, target) {
    const id = newId()
    await tx.snapshot.create({ data: { id, projectId: target.projectId, targetId, deploymentId, digest, content: content as object, takenAt: now } })
    return { result: { snapshotId: id }, events: [{ name: 'snapshot.taken', subject: targetId, version: target.version, data: { snapshotId: id, deploymentId, digest } }], record: { subjectKind: 'target', subjectId: targetId } }
  },
})
