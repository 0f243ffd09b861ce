import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Scope } from '#lib/platform/may.ts'
import { must } from '#lib/platform/must.ts'
import { shared } from '#lib/platform/runtime.ts'
import type { PlanDocument, StepDocument } from './model.ts'
import type { KnownPlan } from './plans.ts'
import { knownPlan } from './plans.ts'
import type { CenterWork, Voice } from './rules/center-step.ts'
import { centerWork } from './rules/center-step.ts'
import type { MachineStep, RunState } from './rules/run-state.ts'
import { undoKey } from './rules/undo-steps.ts'
import { worldStamp } from './world.ts'
import type { RunStatus, StepStatus } from './view.ts'

/** What is written down of a step and never changes while the machine turns. */
export interface StepFacts {
  id: string
  key: string
  kind: string
  regionId: string | null
  serviceId: string | null
  targetId: string | null
  schemaEffect: unknown
}

/** What lets a run start: people's votes, or a rule of the policy. `asked`: the criteria rule that asked; null for a deployment. */
export type Authority = { kind: 'approval'; requestId: string } | { kind: 'standing'; policyRevision: number; rule: string; asked?: string | null }

export interface RunRow {
  id: string
  projectId: string
  planId: string
  planHash: string
  incidentId: string | null
  deploymentId: string | null
  kind: 'real' | 'drill'
  version: number
  environmentId: string
  purpose: 'rollback' | 'deployment'
  authority: Authority
}

/** Who asks for a step to do, and how much is at work around it. */
export interface Taker {
  agentId: string
  environmentId: string
  regionId: string
  agentKind: 'real' | 'drill'
  /** Step kinds that it does. */
  kinds: string[]
  revoked: boolean
  /** How many steps it takes at a time, and how many it holds. */
  parallel: number
  held: number
  /** How many run at a time in its region, and how many do. */
  mostAtWork: number
  atWork: number
}

/** A run whose row is locked until the transaction ends, with all that its machine needs. */
export interface LoadedRun extends RunRow {
  state: RunState
  facts: ReadonlyMap<string, StepFacts>
  /** Set where an agent asks. */
  taker: Taker | null
  /** The agent's id of its request, where it asked for a step and nothing else. */
  ask: string | null
  /** The attempt that is reported, where one is. */
  attempt: { agentId: string; outcome: string | null } | null
  /** Changes whenever the world that the plan was proven in does; null once this transaction itself has changed it. */
  world: string | null
  /** How many locks it holds or shares. */
  locks: number
  document: PlanDocument
  /** The hash that the stored document has; the approved one is `planHash`. */
  documentHash: string
}

interface LoadedRow extends RunRow {
  status: RunStatus
  because: string | null
  term: number | null
  startedBy: string
  compensating: boolean
  steps: (StepRow | Quiet)[] | null
  taker: Taker | null
  attempt: LoadedRun['attempt']
  world: string
  locks: number
}

interface StepRow {
  id: string
  key: string
  kind: string
  region: string | null
  service: string | null
  target: string | null
  status: StepStatus
  because: string | null
  epoch: number
  attempt: number
  agent: string | null
  leaseLeft: number | null
  waitLeft: number | null
  cancelling: boolean
  repeatable: boolean
  /** Only of steps that take another one back: those of the plan have it there. */
  after: string[] | null
  retry: MachineStep['retry']
  effect: unknown
  voices: Voice[] | null
  validation: string | null
  verdict: NonNullable<CenterWork['measured']>['verdict']
}

/** A step that nobody has begun, or that has succeeded at once: nothing else of it has changed since it was first read. */
type Quiet = [status: StepStatus, epoch: number, attempt: number]

/** How many runs' steps a process keeps in mind. */
const keepRuns = 64

const stepsKnown = (): Map<string, readonly StepRow[]> => shared('steps of runs', () => new Map())

/**
 * What never changes of a run's own steps is read once: of a thousand steps a turn then reads a few numbers each. A run whose
 * transaction was rolled back is never asked for again; steps that take others back may come a second time, and are not kept.
 */
function know(runId: string, steps: readonly StepRow[]): void {
  const all = stepsKnown()
  const oldest = all.keys().next()
  if (all.size >= keepRuns && !oldest.done) all.delete(oldest.value)
  all.set(runId, steps.filter(({ key }) => !key.startsWith(undoKey(''))))
}

const atQuiet = (step: StepRow, [status, epoch, attempt]: Quiet): StepRow => ({ ...step, status, epoch, attempt, because: null, agent: null, leaseLeft: null, waitLeft: null, cancelling: false, retry: { ...step.retry, used: 0 }, voices: null, validation: null, verdict: null })

/** Locks a run. A statement of its own: what waits for a lock has looked at everything else before, and would see it as it was. */
export async function lockRun(tx: Tx, runId: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`select id from run where id = ${runId}::uuid for update`
  if (!row) throw new Fault('not_found', 'there is no such run here')
  return row.id
}

/** Locks the run of a step. */
export async function lockRunOfStep(tx: Tx, stepId: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`select id from run where id = (select run_id from step where id = ${stepId}::uuid) for update`
  if (!row) throw new Fault('not_found', 'there is no such step here')
  return row.id
}

/** What is asked beside the run itself, in the same read. */
export interface Asked {
  agentId: string
  reported?: { stepId: string; epoch: number }
}

/** A run as its machine sees it, in one read. Hold its lock first. */
export async function loadRun(tx: Tx, runId: string, asked: Asked | null = null): Promise<LoadedRun> {
  const { agentId = null, reported = null } = asked ?? {}
  const known = stepsKnown().get(runId) ?? []
  const [row] = await tx.$queryRaw<LoadedRow[]>`
    select r.id, r.project_id as "projectId", r.plan_id as "planId", r.plan_hash as "planHash", r.incident_id as "incidentId", r.deployment_id as "deploymentId", r.kind, r.version,
      r.status, r.because, r.commander_term as term, r.started_by as "startedBy", r.compensating, r.authority, p.environment_id as "environmentId", p.purpose,
      (select json_agg(case
          when s.position < ${known.length}::int and s.status in ('blocked', 'succeeded') and s.because is null and s.retries = 0 and (s.region_id is not null or s.step_kind = 'barrier') then json_build_array(s.status, s.epoch, s.attempt)
          else json_build_object(
          'id', s.id, 'key', s.key, 'kind', s.step_kind, 'region', s.region_id, 'service', s.service_id, 'target', s.target_id, 'status', s.status, 'because', s.because, 'epoch', s.epoch, 'attempt', s.attempt,
          'agent', s.agent_id, 'leaseLeft', extract(epoch from s.lease_expires_at - clock_timestamp()) * 1000, 'waitLeft', extract(epoch from s.not_before - clock_timestamp()) * 1000, 'cancelling', s.cancelling,
          'repeatable', s.repeatable, 'after', case when s.key like 'undo:%' then s.after end, 'retry', json_build_object('times', s.retry_times, 'backoffMs', s.backoff_ms, 'maxBackoffMs', s.max_backoff_ms, 'used', s.retries), 'effect', s.schema_effect, 'voices', case when s.region_id is null then s.result -> 'voices' end, 'validation', s.validation_id, 'verdict', v.verdict
        ) end order by s.position) from step s left join validation v on v.id = s.validation_id where s.run_id = r.id) as steps,
      ${worldStamp} as world,
      (select count(*)::int from lock l where l.owner_id = r.id) + (select count(*)::int from lock_share s where s.owner_kind = 'run' and s.owner_id = r.id) as locks,
      (select json_build_object('agentId', a.agent_id, 'outcome', a.outcome) from attempt a where a.step_id = ${reported?.stepId ?? null}::uuid and a.epoch = ${reported?.epoch ?? null}::bigint) as attempt,
      (select json_build_object('agentId', a.id, 'environmentId', a.environment_id, 'regionId', a.region_id, 'agentKind', a.kind, 'kinds', a.step_kinds, 'revoked', a.revoked_at is not null, 'parallel', a.parallel,
          'held', (select count(*) from step h where h.status = 'leased' and h.agent_id = a.id and h.lease_expires_at > clock_timestamp()), 'mostAtWork', (select max_parallel from region where id = a.region_id),
          'atWork', (select count(*) from step w where w.status = 'leased' and w.region_id = a.region_id and w.environment_id = a.environment_id)) from agent a where a.id = ${agentId}::uuid) as taker
    from run r join plan p on p.id = r.plan_id where r.id = ${runId}::uuid`
  const { steps: read, status, because, term, startedBy, compensating, ...run } = must(row, 'a run whose row is locked')
  const steps = (read ?? []).map((step, position) => (Array.isArray(step) ? atQuiet(must(known[position], 'a step that is known'), step) : step))
  if (known.length === 0) know(runId, steps)
  const plan = await knownPlan(tx, run.planId)
  return {
    ...run,
    ask: null,
    document: plan.document,
    documentHash: plan.hash,
    facts: new Map(steps.map((step) => [step.key, { id: step.id, key: step.key, kind: step.kind, regionId: step.region, serviceId: step.service, targetId: step.target, schemaEffect: step.effect }])),
    state: { status, because, purpose: run.purpose, term, startedBy, compensating, steps: steps.map((step) => machineStep(step, plan)) },
  }
}

/** What a step is comes from the plan, which never changes; how it is doing, from its row. */
function machineStep(row: StepRow, plan: KnownPlan): MachineStep {
  const undoes = row.key.startsWith(undoKey('')) ? row.key.slice(undoKey('').length) : null
  const planned = must(plan.step.get(undoes ?? row.key), `the step ${row.key} in its plan`)
  return {
    key: row.key,
    after: row.after ?? planned.after,
    status: row.status,
    because: row.because,
    epoch: row.epoch,
    attempt: row.attempt,
    agentId: row.agent,
    leaseLeftMs: row.leaseLeft,
    waitLeftMs: row.waitLeft,
    cancelling: row.cancelling,
    repeatable: row.repeatable,
    retry: row.retry,
    center: centerWork(row.kind, actionOf(planned, undoes).params, row.validation ? { verdict: row.verdict } : null, row.voices ?? []),
    // Plans of an older form say nothing of it.
    compensate: undoes === null ? (planned.compensate ?? null) : null,
    undoes,
  }
}

/** What a step does: what the plan says of it, or of how it is taken back. */
export const actionOf = (planned: StepDocument, undoes: string | null): { kind: string; params: Record<string, unknown> } => (undoes === null ? planned : must(planned.compensate, `a way back of ${planned.key}`))

/** Where a run lies, for the question of who may. */
export const scopeOf = (run: LoadedRun): Scope => ({ projectId: run.projectId, environmentId: run.environmentId, serviceIds: [...new Set([...run.facts.values()].flatMap((step) => step.serviceId ?? []))] })

/** A run that is there, with where it lies. */
export async function loadRunForUpdate(tx: Tx, runId: string): Promise<{ subject: LoadedRun; scope: Scope }> {
  const run = await loadRun(tx, await lockRun(tx, runId))
  return { subject: run, scope: scopeOf(run) }
}

/** The run of a step, locked, and which step it is. */
export async function loadRunOfStep(tx: Tx, stepId: string, asked: Asked | null = null): Promise<{ subject: { run: LoadedRun; step: StepFacts }; scope: Scope }> {
  const run = await loadRun(tx, await lockRunOfStep(tx, stepId), asked)
  const step = must([...run.facts.values()].find((one) => one.id === stepId), 'a step of its run')
  return { subject: { run, step }, scope: scopeOf(run) }
}
