import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadReleaseForQuarantine } from '../load.ts'
import { putInQuarantine } from './put-in-quarantine.ts'

/** Internal: what was rolled back is bad until a person says otherwise. One that is in quarantine already stays so, for its first reason. */
export const quarantineAfterRollback = command({
  name: 'release.quarantine-after-rollback',
  summary: 'A release that a rollback has just moved away from goes into quarantine.',
  permission: 'release.quarantine',
  input: z.strictObject({ releaseId: z.uuid(), because: z.string().min(1).max(500), incidentId: z.uuid() }),
  load: ({ tx }, { releaseId }) => loadReleaseForQuarantine(tx, releaseId),

  async run(context, { because, incidentId }, release) {
    const events = await putInQuarantine(context, release, { because, by: { id: 'system', name: 'Knowngood' }, until: null, incidentId })
    return { result: { quarantined: events.length > 0 }, events, ...(events.length > 0 ? { record: { incidentId, payload: { service: release.service, version: release.version } } } : {}) }
  },
})
