import type { Tx } from '#lib/platform/db.ts'
import { must } from '#lib/platform/must.ts'
import { loadRun } from '../load-run.ts'
import type { StepRole } from '../model.ts'
import { agentSilentMs } from '../pace.ts'
import { shownResult } from '../rules/shown-result.ts'
import { waysOn } from '../rules/ways-on.ts'
import type { Hands } from '../rules/why-waiting.ts'
import { nobody, whyWaiting } from '../rules/why-waiting.ts'
import type { StepStatus, StepView, WayOn } from '../view.ts'

/** How many of a step's newest log lines come with the run. */
const tailLines = 6

interface StepRow {
  id: string
  key: string
  role: StepRole
  step_kind: string
  service: string
  region: string
  status: StepStatus
  cancelling: boolean
  repeatable: boolean
  attempt: number
  agent: string | null
  after: string[]
  because: string | null
  started_at: Date | null
  finished_at: Date | null
  not_before: Date | null
  result: unknown
  tail: { at: string; stream: string; line: string }[] | null
  lines: number
}

/** The steps of a run as screens show them, each with why it is not moving, and what a person can do next. */
export async function presentSteps(tx: Tx, runId: string): Promise<{ steps: StepView[]; waysOn: WayOn[] }> {
  const run = await loadRun(tx, runId)
  const rows = await stepsOf(tx, runId)
  const hands = await handsOf(tx, run.environmentId)
  const states = new Map(run.state.steps.map((step) => [step.key, step]))
  const planned = new Map(run.document.steps.map((step) => [step.key, step]))
  const groupOf = new Map(run.document.moves.map((move) => [move.target, move.group]))
  const reasons = reasonsInto(run.document.edges)
  const steps = rows.map((row): StepView => {
    const state = must(states.get(row.key), 'the state of a step')
    return {
      id: row.id,
      key: row.key,
      role: row.role,
      stepKind: row.step_kind,
      service: row.service,
      region: row.region,
      group: groupOf.get(planned.get(state.undoes ?? row.key)?.target ?? '') ?? null,
      status: row.status,
      cancelling: row.cancelling,
      repeatable: row.repeatable,
      attempt: row.attempt,
      agent: row.agent,
      after: row.after,
      because: whyWaiting(state, run.state, { kind: row.step_kind, region: row.region, hands: hands.get(row.region) ?? nobody, notBefore: row.not_before?.toISOString() ?? null, reasons: reasons.get(row.key) ?? new Map() }),
      startedAt: row.started_at?.toISOString() ?? null,
      finishedAt: row.finished_at?.toISOString() ?? null,
      leaseExpiresAt: null,
      tail: (row.tail ?? []).reverse(),
      lines: row.lines,
      result: shownResult(row.step_kind, row.result),
    }
  })
  return { steps, waysOn: waysOn(run.state) }
}

/** The reasons of the edges into each step, by where they come from. */
function reasonsInto(edges: readonly { from: string; to: string; because: string }[]): Map<string, Map<string, string>> {
  const into = new Map<string, Map<string, string>>()
  for (const { from, to, because } of edges) {
    const known = into.get(to)
    if (known) known.set(from, because)
    else into.set(to, new Map([[from, because]]))
  }
  return into
}

/** By region, whether an agent is heard of that could take a step, and how many are at work. */
async function handsOf(tx: Tx, environmentId: string): Promise<Map<string, Hands>> {
  const rows = await tx.$queryRaw<{ region: string; last: Date | null; live: boolean; kinds: string[]; free: boolean; at_work: number; most: number }[]>`
    with held as (select agent_id, region_id, count(*)::int as steps from step where status = 'leased' and environment_id = ${environmentId}::uuid group by 1, 2),
    known as (
      select a.*, coalesce(a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1_000}), false) as live, coalesce((select steps from held where agent_id = a.id), 0) as held
      from agent a where a.environment_id = ${environmentId}::uuid and a.revoked_at is null
    )
    select r.name as region, max(a.last_seen_at) as last, bool_or(a.live) as live, bool_or(a.live and a.held < a.parallel) as free, r.max_parallel as most,
      coalesce((select sum(steps)::int from held where region_id = r.id), 0) as at_work,
      array(select distinct k.kind from known b, unnest(b.step_kinds) as k(kind) where b.region_id = r.id and b.live order by 1) as kinds
    from known a join region r on r.id = a.region_id group by r.id`
  // While one reports, when it last did would be another number on every read.
  return new Map(rows.map(({ region, last, live, kinds, free, at_work: atWork, most }) => [region, { live, lastSeenAt: live ? null : (last?.toISOString() ?? null), kinds, free, atWork, mostAtWork: most }]))
}

const stepsOf = (tx: Tx, runId: string): Promise<StepRow[]> => tx.$queryRaw<StepRow[]>`
  select s.id, s.key, s.role, s.step_kind, coalesce(sv.name, '') as service, coalesce(r.name, '') as region, s.status, s.cancelling, s.repeatable, s.attempt, a.name as agent, s.after, s.because,
    s.started_at, s.finished_at, s.not_before, s.result, l.tail, coalesce(l.lines, 0)::int as lines
  from step s left join service sv on sv.id = s.service_id left join region r on r.id = s.region_id left join agent a on a.id = s.agent_id
  left join lateral (
    select (select json_agg(json_build_object('at', t.at, 'stream', t.stream, 'line', t.line)) from
      (select at, stream, line from step_log where step_id = s.id order by epoch desc, seq desc limit ${tailLines}) t) as tail,
      (select count(*) from step_log where step_id = s.id) as lines
  ) l on true
  where s.run_id = ${runId}::uuid order by s.position`
