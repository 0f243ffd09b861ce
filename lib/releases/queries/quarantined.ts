import type { Tx } from '#lib/platform/db.ts'
import { quarantineSentence } from '../rules/choose-target.ts'

export interface Quarantined {
  releaseId: string
  service: string
  version: string
  /** `checkout 1.5.0 is quarantined by Casey: wrong prices` */
  sentence: string
}

/** Those of these releases that are in quarantine at this moment, each with a sentence that can be shown as a refusal. */
export async function quarantinedAmong(tx: Pick<Tx, '$queryRaw'>, releaseIds: readonly string[]): Promise<Quarantined[]> {
  if (releaseIds.length === 0) return []
  const rows = await tx.$queryRaw<{ id: string; service: string; version: string; because: string; by_name: string; until: Date | null }[]>`
    select r.id, s.name as service, r.version, q.because, q.by_name, q.until from quarantine q join release r on r.id = q.release_id join service s on s.id = r.service_id
    where q.release_id = any(${[...new Set(releaseIds)]}::uuid[]) and q.lifted_at is null and (q.until is null or q.until > now()) order by s.name, r.version`
  return rows.map(({ id, service, version, because, by_name: by, until }) => ({ releaseId: id, service, version, sentence: `${service} ${version} is ${quarantineSentence({ because, by, until })}` }))
}

/**
 * The same, for a command that is about to let one of them be deployed: whoever quarantines it at this very moment waits for us, or we for them,
 * so that it is refused here or found by what comes next.
 */
export async function refusedByQuarantine(tx: Tx, releaseIds: readonly string[]): Promise<string | null> {
  for (const id of [...new Set(releaseIds)].sort()) await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtextextended(${`quarantine:${id}`}, 0))`
  const [first] = await quarantinedAmong(tx, releaseIds)
  return first ? `${first.sentence}; lift the quarantine first` : null
}
