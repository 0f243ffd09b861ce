import type { Context } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import type { QuarantineSubject } from '../load.ts'
import { settleLastKnownGood } from './settle-last-known-good.ts'

export interface Why {
  because: string
  by: { id: string; name: string }
  until: Date | null
  incidentId: string | null
}

/** Begins a quarantine of a release that is held, and says what follows from it; no events where it is in one already. */
export async function putInQuarantine(context: Context, release: QuarantineSubject, { because, by, until, incidentId }: Why): Promise<EventDraft[]> {
  const { tx, now, newId } = context
  // One whose time is over holds no longer; it is written down as such where the next takes its place.
  await tx.$executeRaw`
    update quarantine set lifted_at = until, lifted_by = 'system', lifted_because = 'its time was over' where release_id = ${release.id}::uuid and lifted_at is null and until <= ${now}::timestamptz`
  const { count } = await tx.quarantine.createMany({
    data: [{ id: newId(), projectId: release.projectId, releaseId: release.id, because, by: by.id, byName: by.name, incidentId, at: now, until }],
    skipDuplicates: true,
  })
  if (count === 0) return []
  const version = await quarantineVersion(tx, release.id)
  const moved = await settleLastKnownGood(context, release.serviceId)
  return [{ name: 'release.quarantined', subject: release.id, version, incidentId, data: { service: release.service, version: release.version, because, until: until?.toISOString() ?? null } }, ...moved]
}

/** A release itself never changes; the number of the news about it grows with its quarantines: 2 begins the first, 3 ends it. */
export const quarantineVersion = async (tx: Tx, releaseId: string): Promise<number> => 2 * (await tx.quarantine.count({ where: { releaseId } }))
