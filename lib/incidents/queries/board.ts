import { z } from 'zod'
import { presentRun } from '#lib/orchestration/queries/present-run.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { Tx } from '#lib/platform/db.ts'
import { query } from '#lib/platform/query.ts'
import { regionsRestored } from '../rules/restored.ts'
import { stageOf } from '../rules/stage.ts'
import type { TargetErrors } from '../rules/trend.ts'
import { failingPerMinute, trendOf } from '../rules/trend.ts'
import type { BoardView, IncidentStatus, Severity } from '../view.ts'
import { fleetHealth } from './fleet-health.ts'

/** How long a resolved incident stays on the wall, so that people who come back see that it is over. */
const stayMinutes = 30

const any = (): object => ({})

interface BoardRow {
  id: string
  number: number
  severity: Severity
  kind: 'real' | 'drill'
  title: string
  status: IncidentStatus
  environment_id: string
  service_ids: string[]
  opened_at: Date
  resolved_at: Date | null
  commander: string | null
  run_id: string | null
  has_plan: boolean
  breach_regions: string[]
  mitigating_at: Date | null
  word: string | null
  word_at: Date | null
  next_word_at: Date | null
}

export const boardView = query({
  name: 'board.view',
  summary: 'The wall: live incidents in words that need no explanation, and when it was last quiet.',
  permission: 'incident.read',
  input: z.strictObject({}),

  async read({ db, scopes }): Promise<BoardView> {
    const rows = await rowsOf(db, scopes.projects)
    const [incidents, fleet, quietSince] = await Promise.all([Promise.all(rows.map((row) => present(db, row))), fleetHealth(scopes), quiet(db, scopes.projects)])
    return { incidents, quietSince, fleet: { good: fleet.good, degraded: fleet.degraded, bad: fleet.bad, unknown: fleet.unknown } }
  },

  touches: Object.fromEntries(
    [
      'incident.opened', 'incident.changed', 'seat.changed', 'plan.proposed', 'plan.superseded', 'run.started', 'run.advanced', 'run.finished', 'validation.started', 'validation.advanced', 'validation.finished',
      'trigger.fired', 'trigger.cleared', 'update.changed', 'target.observed', 'target.known-good', 'catalog.changed', 'deployment.finished',
    ].map((name) => [name, any]),
  ),

  // Failing requests move by the second; a wall that is quiet must still notice that the fleet has gone silent.
  staleAt: ({ incidents, fleet }) => (incidents.some((incident) => incident.stage !== 'resolved') ? new Date(Date.now() + 2_000) : incidents.length + fleet.good + fleet.degraded + fleet.bad + fleet.unknown > 0 ? new Date(Date.now() + 5_000) : null),
})

const rowsOf = (tx: Tx, projects: readonly string[]): Promise<BoardRow[]> => tx.$queryRaw<BoardRow[]>`
  select i.id, i.number, i.severity, i.kind, i.title, i.status, i.environment_id, i.service_ids, i.opened_at, i.mitigating_at, i.resolved_at, p.name as commander,
    (select r.id from run r join plan pl on pl.id = r.plan_id where r.incident_id = i.id and pl.purpose = 'rollback' order by r.started_at desc nulls first limit 1) as run_id,
    exists (select 1 from plan pl where pl.incident_id = i.id and pl.status = 'proposed') as has_plan,
    coalesce((select array_agg(distinct rg.name) from breach b join target t on t.id = b.target_id join region rg on rg.id = t.region_id where b.incident_id = i.id), '{}') as breach_regions,
    u.text as word, u.published_at as word_at, u.next_update_at as next_word_at
  from incident i
    left join seat st on st.scope_kind = 'incident' and st.scope_id = i.id left join person p on p.id = st.holder_id
    left join lateral (
      select text, published_at, next_update_at from incident_update u where u.incident_id = i.id and u.status = 'published' and u.audience <> 'support' order by published_at desc limit 1
    ) u on true
  where i.project_id = any(${[...projects]}::uuid[])
    and (i.status in ('open', 'mitigating', 'monitoring') or (i.status in ('resolved', 'closed') and i.resolved_at > now() - make_interval(mins => ${stayMinutes})))
  order by i.severity, i.opened_at, i.id limit 20`

async function present(tx: Tx, row: BoardRow): Promise<BoardView['incidents'][number]> {
  const run = row.run_id ? await presentRun(tx, row.run_id) : null
  const validation = run?.validation ?? null
  const stage = stageOf({ status: row.status, hasPlan: row.has_plan, run, validation })
  const { restored, affected } = regionsRestored({
    runRegions: run?.regions.map((region) => region.name) ?? [],
    breachRegions: row.breach_regions,
    // It broke again since: what was proven then is proven no longer.
    validation: validation?.finishedAt && row.mitigating_at && row.mitigating_at > new Date(validation.finishedAt) ? [] : (validation?.targets ?? []),
    over: stage === 'watching' || stage === 'resolved',
  })
  const failing = await failingOf(tx, row)
  return {
    id: row.id,
    number: row.number,
    severity: row.severity,
    kind: row.kind,
    headline: row.title,
    stage,
    openedAt: row.opened_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    backBetween: backBetween(run),
    regionsRestored: restored,
    regionsAffected: affected,
    failingPerMinute: failing.now,
    trend: trendOf(failing.now, failing.before),
    commander: row.commander,
    lastWord: row.word && row.word_at ? { at: row.word_at.toISOString(), text: row.word } : null,
    nextWordBy: row.next_word_at?.toISOString() ?? null,
  }
}

/** Only while it runs, as seen from what has happened: before, nobody knows when it starts; paused, nobody knows when it goes on. */
function backBetween(run: RunView | null): BoardView['incidents'][number]['backBetween'] {
  const { p50At = null, p90At = null } = (run?.status === 'running' && run.live) || {}
  return p50At && p90At ? { from: p50At, to: p90At } : null
}

interface FailingRow {
  target_id: string
  now_errors: number
  now_seconds: number
  before_errors: number
  before_seconds: number
}

/** Failing requests a minute over the last 15 s, and over the 30 s that ended 30 s ago, of every target that has ever been seen. */
async function failingOf(tx: Tx, row: BoardRow): Promise<{ now: number | null; before: number | null }> {
  const rows = await tx.$queryRaw<FailingRow[]>`
    select t.id as target_id,
      coalesce(sum(s.errors) filter (where s.at > now() - interval '15 seconds'), 0)::float as now_errors,
      coalesce(sum(s.seconds) filter (where s.at > now() - interval '15 seconds'), 0)::float as now_seconds,
      coalesce(sum(s.errors) filter (where s.at <= now() - interval '30 seconds'), 0)::float as before_errors,
      coalesce(sum(s.seconds) filter (where s.at <= now() - interval '30 seconds'), 0)::float as before_seconds
    from target t left join sample s on s.target_id = t.id and s.at > now() - interval '60 seconds' and s.at <= now() + interval '5 seconds'
    where t.environment_id = ${row.environment_id}::uuid and t.service_id = any(${row.service_ids}::uuid[]) and t.observed_at is not null
    group by t.id`
  const ids = rows.map((one) => one.target_id)
  const measured = (when: 'now' | 'before'): TargetErrors[] => rows.map((one) => ({ targetId: one.target_id, errors: one[`${when}_errors`], seconds: one[`${when}_seconds`] }))
  return { now: failingPerMinute(ids, measured('now')), before: failingPerMinute(ids, measured('before')) }
}

/** Since when nothing is wrong: the end of the last incident; null while one is live, or where there never was one. */
async function quiet(tx: Tx, projects: readonly string[]): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ live: boolean; last: Date | null }[]>`
    select coalesce(bool_or(status in ('open', 'mitigating', 'monitoring')), false) as live, max(resolved_at) as last from incident where project_id = any(${[...projects]}::uuid[]) and kind = 'real'`
  return row && !row.live ? (row.last?.toISOString() ?? null) : null
}
