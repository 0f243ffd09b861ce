import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadReleaseForQuarantine } from '../load.ts'
import { quarantineVersion } from './put-in-quarantine.ts'
import { settleLastKnownGood } from './settle-last-known-good.ts'

/** Internal: the end that was named when it began has come. One that was lifted or renewed meanwhile is left alone. */
export const endQuarantine = command({
  name: 'release.end-quarantine',
  summary: 'A quarantine ends because its time is over.',
  permission: 'release.lift-quarantine',
  input: z.strictObject({ releaseId: z.uuid() }),
  load: ({ tx }, { releaseId }) => loadReleaseForQuarantine(tx, releaseId),

  async run(context, { releaseId }, release) {
    const { tx, actor, now } = context
    const because = 'its time was over'
    const { count } = await tx.quarantine.updateMany({ where: { releaseId, liftedAt: null, until: { lte: now } }, data: { liftedAt: now, liftedBy: actor.id, liftedBecause: because } })
    if (count === 0) return { result: { ended: false }, events: [] }
    const moved = await settleLastKnownGood(context, release.serviceId)
    const version = (await quarantineVersion(tx, releaseId)) + 1
    return { result: { ended: true }, events: [{ name: 'release.quarantine-lifted', subject: releaseId, version, data: { service: release.service, version: release.version, because } }, ...moved] }
  },
})
