import type { Context } from '#lib/platform/command.ts'
import { quarantineAfterRollback } from '#lib/releases/commands/quarantine-after-rollback.ts'
import type { RunRow } from '../load-run.ts'

interface Suspect {
  id: string
  number: number
  story: string
}

/**
 * What a rollback has just moved away from, because somebody asked for it and not because it had to come along, is bad until a person says
 * otherwise: in the same commit, so that no pipeline brings it back in between. A drill bans nothing.
 */
export async function quarantineSuspects(context: Context, run: RunRow): Promise<void> {
  if (run.kind === 'drill' || !run.incidentId) return
  const suspects = await context.tx.$queryRaw<Suspect[]>`
    select distinct r.id, i.number, coalesce(
      (select b.evidence->>'sentence' from breach b where b.incident_id = i.id order by (b.release_id = r.id) desc nulls last, b.opened_at limit 1), i.title) as story
    from plan p join incident i on i.id = ${run.incidentId}::uuid
      cross join lateral jsonb_array_elements(p.document->'moves') m cross join lateral jsonb_array_elements(m->'from') f
      join service s on s.project_id = p.project_id and s.name = m->>'service' join release r on r.service_id = s.id and r.digest = f->>'digest'
    where p.id = ${run.planId}::uuid and m->>'why' = 'asked' and f->>'digest' <> m->'to'->>'digest' order by r.id`
  for (const { id, number, story } of suspects) {
    await context.call(quarantineAfterRollback, { releaseId: id, because: `rolled back in INC-${number}: ${story}`.slice(0, 500), incidentId: run.incidentId })
  }
}
