import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadTargetForUpdate } from '../load.ts'

interface SoakRow {
  deploymentId: string
  version: number
}

export const spoilDeployment = command({
  name: 'deployment.spoil',
  summary: 'A rule is in breach while a release soaks: this deployment never makes it known good there.',
  permission: 'deployment.request',
  input: z.strictObject({ targetId: z.uuid(), releaseId: z.uuid().nullable().default(null).describe('The release that was in breach; null where that is not known') }),
  load: ({ tx }, { targetId }) => loadTargetForUpdate(tx, targetId),

  async run({ tx, now }, { targetId, releaseId }) {
    // A breach of the old release does not spoil the new one that is on its way to mend it.
    const [soak] = await tx.$queryRaw<SoakRow[]>`
      select d.id as "deploymentId", d.version from deployment_target t join deployment d on d.id = t.deployment_id
      where t.target_id = ${targetId}::uuid and d.status in ('running', 'succeeded') and t.known_good_at is null and t.spoiled_at is null
        and (${releaseId}::uuid is null or d.release_id = ${releaseId}::uuid)
        and d.created_at = (select max(n.created_at) from deployment n join deployment_target nt on nt.deployment_id = n.id where nt.target_id = ${targetId}::uuid and n.status in ('running', 'succeeded'))
      order by d.id desc limit 1 for update of t`
    if (!soak) return { result: { spoiled: null as string | null }, events: [] }
    const { count } = await tx.deploymentTarget.updateMany({ where: { deploymentId: soak.deploymentId, targetId, knownGoodAt: null, spoiledAt: null }, data: { spoiledAt: now } })
    if (count === 0) return { result: { spoiled: null as string | null }, events: [] }
    return { result: { spoiled: soak.deploymentId as string | null }, events: [{ name: 'deployment.spoiled', subject: soak.deploymentId, version: soak.version, data: { targetId, releaseId } }] }
  },
})
