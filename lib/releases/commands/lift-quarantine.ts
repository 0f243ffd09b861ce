import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadReleaseForQuarantine } from '../load.ts'
import { quarantineVersion } from './put-in-quarantine.ts'
import { settleLastKnownGood } from './settle-last-known-good.ts'

export const liftQuarantine = command({
  name: 'release.lift-quarantine',
  summary: 'Let a release be deployed again, with a reason. Its earlier good days count again.',
  permission: 'release.lift-quarantine',
  input: z.strictObject({ releaseId: z.uuid(), reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),
  load: ({ tx }, { releaseId }) => loadReleaseForQuarantine(tx, releaseId),

  async run(context, { releaseId, reason }, release) {
    const { tx, actor, now } = context
    const standing = await tx.quarantine.findFirst({ where: { releaseId, liftedAt: null }, select: { incidentId: true } })
    const { count } = await tx.quarantine.updateMany({ where: { releaseId, liftedAt: null }, data: { liftedAt: now, liftedBy: actor.id, liftedBecause: reason } })
    if (count === 0) throw new Fault('conflict', `${release.service} ${release.version} is in no quarantine`)
    const moved = await settleLastKnownGood(context, release.serviceId)
    return {
      result: { releaseId },
      events: [{ name: 'release.quarantine-lifted', subject: releaseId, version: (await quarantineVersion(tx, releaseId)) + 1, incidentId: standing?.incidentId ?? null, data: { service: release.service, version: release.version, because: reason } }, ...moved],
      record: { incidentId: standing?.incidentId ?? null, payload: { service: release.service, version: release.version } },
    }
  },
})
