import type { Tx } from '#lib/platform/db.ts'
import type { ReleaseSummary } from '../view.ts'

interface Row {
  id: string
  service: string
  version: string
  digest: string
  metadata: Record<string, unknown>
  declares: Record<string, unknown>
  createdAt: Date
  registeredBy: string
  runningOn: string[]
  knownGoodOn: string[]
  quarantine: { because: string; by: string; at: string; until: string | null; incidentNumber: number | null } | null
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Releases as they are shown, newest first, with what they say of themselves. */
export async function presentReleases(tx: Tx, { projectIds, releaseId, service }: { projectIds: readonly string[] | null; releaseId?: string; service?: string }): Promise<(ReleaseSummary & { metadata: Record<string, unknown>; declares: Record<string, unknown> })[]> {
  const rows = await tx.$queryRaw<Row[]>`
    select r.id, s.name as service, r.version, r.digest, r.metadata, r.declares, r.created_at as "createdAt",
      coalesce((select name from person where id::text = r.registered_by), (select name from machine_token where id::text = r.registered_by), r.registered_by) as "registeredBy",
      array(select e.name || '/' || g.name from target t join environment e on e.id = t.environment_id join region g on g.id = t.region_id
        where t.service_id = r.service_id and exists (select 1 from jsonb_array_elements(t.observed) i where i ->> 'digest' = r.digest and i ->> 'state' <> 'stopped') order by 1) as "runningOn",
      array(select e.name || '/' || g.name from target t join environment e on e.id = t.environment_id join region g on g.id = t.region_id where t.last_known_good_release_id = r.id order by 1) as "knownGoodOn",
      (select jsonb_build_object('because', q.because, 'by', q.by_name, 'at', q.at, 'until', q.until, 'incidentNumber', (select number from incident i where i.id = q.incident_id))
        from quarantine q where q.release_id = r.id and q.lifted_at is null and (q.until is null or q.until > now())) as quarantine
    from release r join service s on s.id = r.service_id
    where (${projectIds ? [...projectIds] : null}::uuid[] is null or r.project_id = any(${projectIds ? [...projectIds] : null}::uuid[]))
      and (${releaseId ?? null}::uuid is null or r.id = ${releaseId ?? null}::uuid) and (${service ?? null}::text is null or s.name = ${service ?? null}::text)
    order by r.created_at desc, r.id desc limit 100`
  const iso = (at: string): string => new Date(at).toISOString()
  return rows.map(({ createdAt, metadata, quarantine, ...row }) => ({
    ...row,
    quarantine: quarantine && { ...quarantine, at: iso(quarantine.at), until: quarantine.until && iso(quarantine.until) },
    metadata,
    commit: text(metadata['commit']),
    pipelineUrl: text(metadata['pipelineUrl']),
    builtAt: text(metadata['builtAt']),
    registeredAt: createdAt.toISOString(),
  }))
}
