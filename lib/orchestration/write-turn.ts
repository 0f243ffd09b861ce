import type { Context } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import type { LoadedRun } from './load-run.ts'
import type { Effect, MachineStep, RunState } from './rules/run-state.ts'
import { isOver } from './rules/run-state.ts'

/** What a step reported at its end, by key. */
export type Results = ReadonlyMap<string, object>

const fresh: Pick<MachineStep, 'status' | 'epoch' | 'waitLeftMs' | 'leaseLeftMs'> = { status: 'blocked', epoch: 0, waitLeftMs: null, leaseLeftMs: null }

/**
 * Writes the difference between what was and what is, in one statement: steps, attempts and the run. Every write says what it
 * found; one row less than expected means that somebody wrote past the run's lock, and nothing is kept.
 */
export async function writeTurn({ tx, now }: Context, run: LoadedRun, after: RunState, effects: readonly Effect[], results: Results = new Map()): Promise<void> {
  const before = new Map(run.state.steps.map((step) => [step.key, step]))
  const idOf = (key: string): string => must(run.facts.get(key), `the step ${key}`).id
  const steps = after.steps
    .filter((step) => before.get(step.key) !== step || results.has(step.key))
    .map((step) => differenceOf(before.get(step.key) ?? null, step, idOf(step.key), results.get(step.key)))
  const opened = effects.flatMap((effect) => (effect.do === 'open-attempt' ? [{ step_id: idOf(effect.key), epoch: effect.epoch, number: effect.number, agent_id: effect.agentId }] : []))
  const closed = effects.flatMap((effect) => (effect.do === 'close-attempt' ? [{ step_id: idOf(effect.key), epoch: effect.epoch, outcome: effect.outcome, because: effect.because }] : []))
  const began = effects.some((effect) => effect.do === 'begin')
  const ended = isOver(after.status) && !isOver(run.state.status)
  const [count] = await tx.$queryRaw<{ steps: number; closed: number; runs: number }[]>`
    with stepped as (
      update step s set
        status = g.status, because = g.because, epoch = g.epoch, attempt = g.attempt, agent_id = g.agent_id, cancelling = g.cancelling, retries = g.retries,
        lease_expires_at = case when g.status <> 'leased' then null when g.lease_ms is null then s.lease_expires_at else clock_timestamp() + make_interval(secs => g.lease_ms / 1000) end,
        not_before = case when not g.waits then null when g.wait_ms is null then s.not_before else clock_timestamp() + make_interval(secs => g.wait_ms / 1000) end,
        ready_at = case when g.status in ('ready', 'leased') and s.status not in ('ready', 'leased') then ${now}::timestamptz else s.ready_at end,
        started_at = coalesce(s.started_at, case when g.status in ('leased', 'succeeded', 'failed') then ${now}::timestamptz end),
        finished_at = case when g.status in ('blocked', 'ready', 'leased', 'indeterminate') then null when g.status = s.status then s.finished_at else ${now}::timestamptz end,
        result = coalesce(g.result, s.result),
        validation_id = case when g.measures then s.validation_id end
      from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as g(
        id uuid, was_status text, was_epoch bigint, status text, because text, epoch bigint, attempt int, agent_id uuid, cancelling boolean, retries int, lease_ms float8, waits boolean, wait_ms float8, result jsonb, measures boolean)
      where s.id = g.id and s.status = g.was_status and s.epoch = g.was_epoch
      returning 1
    ), opened as (
      insert into attempt (step_id, epoch, number, agent_id, kind, started_at, ask)
      select step_id, epoch, number, agent_id, ${run.kind}, ${now}::timestamptz, ${run.ask}::uuid from jsonb_to_recordset(${JSON.stringify(opened)}::jsonb) as o(step_id uuid, epoch bigint, number int, agent_id uuid)
    ), closed as (
      update attempt a set outcome = c.outcome, because = c.because, ended_at = ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(closed)}::jsonb) as c(step_id uuid, epoch bigint, outcome text, because text)
      where a.step_id = c.step_id and a.epoch = c.epoch and a.outcome is null
      returning 1
    ), moved as (
      update run set status = ${after.status}, because = ${after.because}, commander_term = ${after.term}::int, started_by = ${after.startedBy}, compensating = ${after.compensating}, version = version + 1,
        started_at = case when ${began} then ${now}::timestamptz else started_at end,
        finished_at = case when ${ended} then ${now}::timestamptz when ${isOver(after.status)} then finished_at end
      where id = ${run.id}::uuid and version = ${run.version}::int
      returning 1
    )
    select (select count(*)::int from stepped) as steps, (select count(*)::int from closed) as closed, (select count(*)::int from moved) as runs`
  if (count?.steps !== steps.length || count.closed !== closed.length || count.runs !== 1) throw new Fault('conflict', 'somebody changed this run first; look again')
}

/** A time that was not set again is left as it stands: what was read of it is milliseconds left, and some have passed since. */
const anew = (before: number | null, after: number | null): number | null => (after === before ? null : after)

function differenceOf(before: MachineStep | null, step: MachineStep, id: string, result: object | undefined): object {
  const was = before ?? fresh
  const voices = step.center && step.center.voices !== before?.center?.voices && step.center.voices.length > 0 ? { voices: step.center.voices } : undefined
  return {
    id,
    was_status: was.status,
    was_epoch: was.epoch,
    status: step.status,
    because: step.because,
    epoch: step.epoch,
    attempt: step.attempt,
    agent_id: step.agentId,
    cancelling: step.cancelling,
    retries: step.retry.used,
    lease_ms: anew(was.leaseLeftMs, step.leaseLeftMs),
    waits: step.waitLeftMs !== null,
    wait_ms: anew(was.waitLeftMs, step.waitLeftMs),
    result: result ?? voices ?? null,
    measures: step.center?.measured !== null && step.center !== null,
  }
}
