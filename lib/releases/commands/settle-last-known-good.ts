import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'

/**
 * After a quarantine began or ended: each target of the service names the newest release that was known good there and is in no quarantine, so
 * that whoever asks for the last known good is never told a release that may not be deployed. Where nothing else is recorded, a name stays
 * unless it is the one in quarantine.
 */
export async function settleLastKnownGood({ tx }: Context, serviceId: string): Promise<EventDraft[]> {
  await tx.$queryRaw`select id from target where service_id = ${serviceId}::uuid order by id for update`
  const changed = await tx.$queryRaw<{ id: string; version: number; release_id: string | null }[]>`
    with held as (
      select q.release_id from quarantine q join release r on r.id = q.release_id where r.service_id = ${serviceId}::uuid and q.lifted_at is null and (q.until is null or q.until > now())
    ), best as (
      select t.id, coalesce(
        (select k.release_id from known_good k where k.target_id = t.id and k.release_id not in (select release_id from held) order by k.at desc, k.id desc limit 1),
        case when t.last_known_good_release_id in (select release_id from held) then null else t.last_known_good_release_id end) as release_id
      from target t where t.service_id = ${serviceId}::uuid
    )
    update target t set last_known_good_release_id = best.release_id, version = t.version + 1 from best
    where best.id = t.id and t.last_known_good_release_id is distinct from best.release_id returning t.id, t.version, t.last_known_good_release_id as release_id`
  return changed.map(({ id, version, release_id: releaseId }) => ({ name: 'target.known-good', subject: id, version, data: { releaseId, deploymentId: null } }))
}
