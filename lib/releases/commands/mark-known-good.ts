import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { freshObservation, loadDeploymentForUpdate, loadTargetForUpdate } from '../load.ts'
import { quarantinedAmong } from '../queries/quarantined.ts'
import { runsOnly } from '../rules/majority.ts'
import { judgeSoak } from '../rules/soak.ts'

export const markKnownGood = command({
  name: 'target.mark-known-good',
  summary: 'A release ran on a target through its soak without a breach: this is what to return to.',
  permission: 'deployment.request',
  input: z.strictObject({ deploymentId: z.uuid(), targetId: z.uuid() }),

  async load({ tx }, { deploymentId, targetId }) {
    const { subject: deployment, scope } = await loadDeploymentForUpdate(tx, deploymentId)
    const soak = await tx.deploymentTarget.findUnique({ where: { deploymentId_targetId: { deploymentId, targetId } } })
    if (!soak) throw new Fault('not_found', 'this deployment does not move that target')
    const { subject: target } = await loadTargetForUpdate(tx, targetId)
    return { subject: { deployment, soak, target }, scope }
  },

  async run({ tx, now, newId }, { deploymentId, targetId }, { deployment, soak, target }) {
    // A breach on the old release before the switch is none of the new one's.
    const breaches = await tx.$queryRaw<unknown[]>`
      select 1 from breach where target_id = ${targetId}::uuid
        and (closed_at is null or (opened_at >= ${deployment.createdAt}::timestamptz and (release_id is null or release_id = ${deployment.releaseId}::uuid))) limit 1`
    const seen = freshObservation(target, now)
    const quarantined = (await quarantinedAmong(tx, [deployment.releaseId])).length > 0
    const verdict = judgeSoak(
      { ...soak, quarantined, status: deployment.status, stillDesired: target.desiredReleaseId === deployment.releaseId, runsOnlyIt: seen ? runsOnly(seen, deployment.digest) : null, breached: breaches.length > 0 },
      now,
    )
    if (!verdict.good) throw new Fault('conflict', `not known good: ${verdict.because}`)
    const { count } = await tx.deploymentTarget.updateMany({ where: { deploymentId, targetId, knownGoodAt: null, spoiledAt: null }, data: { knownGoodAt: now } })
    if (count === 0) throw new Fault('conflict', 'somebody settled this soak first')
    const version = target.version + 1
    await tx.target.update({ where: { id: targetId }, data: { lastKnownGoodReleaseId: deployment.releaseId, version } })
    await tx.knownGood.create({ data: { id: newId(), targetId, releaseId: deployment.releaseId, deploymentId, at: now } })
    return { result: { releaseId: deployment.releaseId }, events: [{ name: 'target.known-good', subject: targetId, version, data: { releaseId: deployment.releaseId, deploymentId } }] }
  },
})
