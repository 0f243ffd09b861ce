import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadTargetForUpdate } from '../load.ts'

export const setDesired = command({
  name: 'target.set-desired',
  summary: 'Which release should run on a target from now on.',
  permission: 'deployment.request',
  input: z.strictObject({ targetId: z.uuid(), releaseId: z.uuid() }),
  load: ({ tx }, { targetId }) => loadTargetForUpdate(tx, targetId),

  async run({ tx }, { targetId, releaseId }, target) {
    const release = await tx.release.findFirst({ where: { id: releaseId, serviceId: target.serviceId } })
    if (!release) throw new Fault('not_found', 'there is no such release of this service')
    if (target.desiredReleaseId === releaseId) return { result: { releaseId }, events: [] }
    const version = target.version + 1
    const { count } = await tx.target.updateMany({ where: { id: targetId, version: target.version }, data: { desiredReleaseId: releaseId, version } })
    if (count === 0) throw new Fault('conflict', 'somebody changed this target first')
    return { result: { releaseId }, events: [{ name: 'target.desired', subject: targetId, version, data: { releaseId, version: release.version } }] }
  },
})
