import { now } from '#lib/platform/clock.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { presentValidation } from '#lib/validation/queries/validation.ts'
import type { PlanDocument, StepRole } from '../model.ts'
import { nameOf } from './name-of.ts'
import { liveForecast } from './live-forecast.ts'
import { groupsOf } from './present-plan.ts'
import { sentenceOf } from '../rules/sentence.ts'
import { agentSilentMs } from '../pace.ts'
import { centerWork } from '../rules/center-step.ts'
import { shownResult } from '../rules/shown-result.ts'
import type { Hands } from '../rules/why-waiting.ts'
import { whyWaiting } from '../rules/why-waiting.ts'
import type { ForecastView, RunStatus, RunView, StepStatus, StepView } from '../view.ts'

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
  params: Record<string, unknown>
  not_before: Date | null
  result: { approvals?: { name: string }[] } | null
  tail: { at: string; stream: string; line: string }[] | null
  lines: number
}

/** A run as screens show it: regions as rows, each step with its state and the end of its log. */
export async function presentRun(tx: Tx, runId: string): Promise<RunView> {
  const run = await tx.run.findUnique({ where: { id: runId }, include: { plan: true } })
  if (!run) throw new Fault('not_found', 'there is no such run here')
  const document = run.plan.document as unknown as PlanDocument
  const steps = await stepsOf(tx, runId)
  const states = steps.map(({ key, status, after, because, step_kind, params }) => ({ key, status, after, because, center: centerWork({ stepKind: step_kind, params, leftMs: null, validationId: null, verdict: null }) }))
  const state = { status: run.status as RunStatus, purpose: run.plan.purpose as RunView['purpose'] }
  const [environment, incident, seat, names, regions, validation] = await Promise.all([
    tx.environment.findUniqueOrThrow({ where: { id: run.plan.environmentId } }),
    run.incidentId ? tx.incident.findUnique({ where: { id: run.incidentId }, select: { id: true, number: true, title: true } }) : null,
    run.incidentId ? tx.seat.findUnique({ where: { scopeKind_scopeId: { scopeKind: 'incident', scopeId: run.incidentId } } }) : null,
    nameOf(tx, run.startedBy),
    tx.region.findMany({ where: { projectId: run.projectId } }),
    presentValidation(tx, runId),
  ])
  const commander = seat?.holderId ? await tx.person.findUnique({ where: { id: seat.holderId }, select: { id: true, name: true } }) : null
  const planned = new Map(document.steps.map((step) => [step.key, step]))
  const groupOf = new Map(document.moves.map((move) => [move.target, move.group]))
  const hands = await handsOf(tx, run.plan.environmentId)
  const asView = (step: StepRow, index: number): StepView => ({
    id: step.id,
    key: step.key,
    role: step.role,
    stepKind: step.step_kind,
    service: step.service,
    region: step.region,
    group: groupOf.get(planned.get(step.key)?.target ?? '') ?? null,
    status: step.status,
    cancelling: step.cancelling,
    repeatable: step.repeatable,
    attempt: step.attempt,
    agent: step.agent,
    after: step.after,
    because:
      step.because ??
      whyWaiting(must(states[index], 'the state of a step'), state, states, {
        hands: hands.get(step.region) ?? { live: false, lastSeenAt: null },
        notBefore: step.not_before?.toISOString() ?? null,
        approvals: step.result?.approvals?.map((one) => one.name) ?? [],
      }),
    startedAt: step.started_at?.toISOString() ?? null,
    finishedAt: step.finished_at?.toISOString() ?? null,
    leaseExpiresAt: null,
    tail: (step.tail ?? []).reverse(),
    lines: step.lines,
    result: shownResult(step.step_kind, step.result),
  })
  return {
    id: run.id,
    kind: run.kind as RunView['kind'],
    purpose: state.purpose,
    status: state.status,
    because: run.because,
    version: run.version,
    sentence: sentenceOf(document),
    planId: run.planId,
    planHash: run.planHash,
    incident,
    environment: environment.name,
    authority: await authorityOf(tx, run.authority),
    commander,
    startedBy: names,
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    forecast: run.plan.forecast as unknown as ForecastView,
    live: await liveForecast(tx, { ...run, status: state.status, environmentId: run.plan.environmentId, purpose: state.purpose, document, hash: run.planHash }, now()),
    groups: groupsOf(document),
    regions: regionRows(steps.map(asView), new Map(regions.map((region) => [region.name, region.rtoSeconds])), document),
    reasons: document.edges,
    validation,
  }
}

/** By region, whether an agent is heard of that could take a step. */
async function handsOf(tx: Tx, environmentId: string): Promise<Map<string, Hands>> {
  const rows = await tx.$queryRaw<{ region: string; last: Date | null; live: boolean | null }[]>`
    select r.name as region, max(a.last_seen_at) as last, bool_or(a.last_seen_at > now() - make_interval(secs => ${agentSilentMs / 1_000})) as live
    from agent a join region r on r.id = a.region_id where a.environment_id = ${environmentId}::uuid and a.revoked_at is null group by r.name`
  // While one reports, when it last did would be another number on every read.
  return new Map(rows.map(({ region, last, live }) => [region, { live: live ?? false, lastSeenAt: live ? null : (last?.toISOString() ?? null) }]))
}

const stepsOf = (tx: Tx, runId: string): Promise<StepRow[]> => tx.$queryRaw<StepRow[]>`
  select s.id, s.key, s.role, s.step_kind, coalesce(sv.name, '') as service, coalesce(r.name, '') as region, s.status, s.cancelling, s.repeatable, s.attempt, a.name as agent, s.after, s.because,
    s.started_at, s.finished_at, s.params, s.not_before, s.result, l.tail, coalesce(l.lines, 0)::int as lines
  from step s left join service sv on sv.id = s.service_id left join region r on r.id = s.region_id left join agent a on a.id = s.agent_id
  left join lateral (
    select (select json_agg(json_build_object('at', t.at, 'stream', t.stream, 'line', t.line)) from
      (select at, stream, line from step_log where step_id = s.id order by epoch desc, seq desc limit ${tailLines}) t) as tail,
      (select count(*) from step_log where step_id = s.id) as lines
  ) l on true
  where s.run_id = ${runId}::uuid order by s.position`

async function authorityOf(tx: Tx, raw: unknown): Promise<RunView['authority']> {
  const authority = raw as { kind: 'approval'; requestId: string } | { kind: 'standing'; policyRevision: number; rule: string }
  if (authority.kind === 'standing') return authority
  const votes = await tx.$queryRaw<{ id: string; name: string }[]>`
    select p.id, p.name from approval a join person p on p.id = a.person_id where a.request_id = ${authority.requestId}::uuid and a.vote = 'approve' order by a.at`
  return { ...authority, votes }
}

function regionRows(steps: StepView[], rto: ReadonlyMap<string, number>, document: PlanDocument): RunView['regions'] {
  const names = [...new Set([...document.moves.map((move) => move.region), ...steps.map((step) => step.region)])].filter((name) => name !== '')
  const rows = names.map((name) => ({ name, rtoSeconds: rto.get(name) ?? 0, own: steps.filter((step) => step.region === name) }))
  const central = steps.filter((step) => step.region === '')
  // A barrier alone is nothing to look at; beside other steps of ours it is shown, so that what comes after it can be followed.
  if (central.some((step) => step.stepKind !== 'barrier')) rows.push({ name: 'command center', rtoSeconds: 0, own: central })
  return rows.map(({ name, rtoSeconds, own }) => {
    const stuck = own.find((step) => step.status === 'failed' || step.status === 'indeterminate')
    const atWork = own.find((step) => step.status === 'leased' || (step.region === '' && step.status === 'ready'))
    const over = own.every((step) => step.status === 'succeeded' || step.status === 'skipped')
    const waiting = own.find((step) => step.status === 'ready' || step.status === 'blocked' || step.status === 'cancelled')
    return {
      name,
      rtoSeconds,
      status: stuck ? 'stuck' : over ? 'done' : atWork ? 'working' : 'waiting',
      because: stuck?.because ?? (over ? 'every step is done' : atWork ? (atWork.region === '' ? `${atWork.key}: ${atWork.because ?? ''}` : `${atWork.key} at ${atWork.agent ?? 'an agent'}`) : (waiting?.because ?? '')),
      steps: own,
    }
  })
}
