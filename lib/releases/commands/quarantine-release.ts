import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadReleaseForQuarantine } from '../load.ts'
import { putInQuarantine } from './put-in-quarantine.ts'

export const quarantineRelease = command({
  name: 'release.quarantine',
  summary: 'Say that a release is bad: every later deployment of it is refused with the reason, until somebody lifts it or its time is over.',
  permission: 'release.quarantine',
  status: 201,
  input: z.strictObject({
    releaseId: z.uuid(),
    reason: z.string().trim().min(3, 'say why, in a few words').max(500),
    until: z.iso.datetime({ offset: true }).optional().describe('When it ends by itself; until somebody lifts it when left out'),
  }),
  load: ({ tx }, { releaseId }) => loadReleaseForQuarantine(tx, releaseId),

  async run(context, { releaseId, reason, until }, release) {
    const { tx, actor, now } = context
    const end = until ? new Date(until) : null
    if (end && end <= now) throw new Fault('invalid', 'until: this moment is over; name one that is to come', { fields: [{ field: 'until', message: 'this moment is over; name one that is to come' }] })
    const events = await putInQuarantine(context, release, { because: reason, by: actor, until: end, incidentId: null })
    if (events.length === 0) {
      const standing = await tx.quarantine.findFirst({ where: { releaseId, liftedAt: null } })
      throw new Fault('conflict', `${release.service} ${release.version} is in quarantine already: ${standing?.because ?? 'somebody was first'}`)
    }
    return { result: { releaseId }, events, record: { payload: { service: release.service, version: release.version } } }
  },
})
