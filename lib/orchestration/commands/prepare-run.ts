import type { Context } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import { takeLocks } from '#lib/state/commands/take-locks.ts'
import type { LoadedRun, StepFacts } from '../load-run.ts'
import { actionOf } from '../load-run.ts'
import type { PlanDocument, StepDocument } from '../model.ts'
import { isCenterKind } from '../model.ts'
import type { SchemaEffect } from '../rules/schema-effects.ts'
import { locksOf } from '../rules/locks-of.ts'
import type { RunState } from '../rules/run-state.ts'
import { sentenceOf } from '../rules/sentence.ts'
import { loadSchemaEffects } from '../schema.ts'

/** Locks all that a plan moves and names, and shares its neighbours, or refuses with who holds what. What the run holds already it keeps. */
export async function lockTargets(context: Context, runId: string, { document, projectId }: { document: PlanDocument; projectId: string }): Promise<void> {
  const { exclusive, shared } = locksOf(document)
  if (exclusive.length + shared.length === 0) return
  await context.call(takeLocks, { names: exclusive, shared, owner: { kind: 'run', id: runId }, reason: (sentenceOf(document) || 'a plan that moves nothing').slice(0, 500), projectId })
}

/** A step's row before anything has happened to it. */
interface StepToWrite {
  key: string
  position: number
  planned: StepDocument
  action: { kind: string; params: Record<string, unknown> }
  repeatable: boolean
  retry: StepDocument['retry'] | null
  after: readonly string[]
}

/** Writes the steps of a plan that is about to run. */
export async function writeSteps(context: Context, run: { id: string; projectId: string; environmentId: string; kind: string }, document: PlanDocument): Promise<void> {
  const steps = document.steps.map((planned, position): StepToWrite => ({ key: planned.key, position, planned, action: planned, repeatable: planned.repeatable, retry: planned.repeatable ? planned.retry : null, after: planned.after }))
  await write(context, run, steps, await loadSchemaEffects(context.tx, document))
}

/** Writes the steps that came into being since the run was read (those that take others back), and says what all of them are. */
export async function addSteps(context: Context, run: LoadedRun, state: RunState): Promise<ReadonlyMap<string, StepFacts>> {
  const fresh = state.steps.filter((step) => !run.facts.has(step.key))
  if (fresh.length === 0) return run.facts
  const steps = fresh.map((step, n): StepToWrite => {
    const planned = must(run.document.steps.find((one) => one.key === step.undoes), `the step that ${step.key} takes back`)
    return { key: step.key, position: run.facts.size + n, planned, action: actionOf(planned, step.undoes), repeatable: step.repeatable, retry: null, after: step.after }
  })
  return new Map([...run.facts, ...(await write(context, run, steps, new Map())).map((step) => [step.key, step] as const)])
}

async function write(context: Context, run: { id: string; projectId: string; environmentId: string; kind: string }, steps: readonly StepToWrite[], schema: ReadonlyMap<string, SchemaEffect>): Promise<StepFacts[]> {
  const { tx } = context
  const { projectId } = run
  const targets = new Set((await tx.target.findMany({ where: { projectId, id: { in: steps.flatMap((step) => step.planned.target ?? []) } }, select: { id: true } })).map((target) => target.id))
  const regions = new Map((await tx.region.findMany({ where: { projectId }, select: { id: true, name: true } })).map((region) => [region.name, region.id]))
  const services = new Map((await tx.service.findMany({ where: { projectId }, select: { id: true, name: true } })).map((service) => [service.name, service.id]))
  const rows = steps.map(({ key, position, planned, action, repeatable, retry, after }) => {
    const gone = (planned.target !== null && !targets.has(planned.target)) || (planned.region !== null && !regions.has(planned.region)) || (planned.service !== null && !services.has(planned.service))
    if (planned.region === null && !isCenterKind(action.kind)) throw new Fault('plan_changed', `${key} is for an agent and says no region; propose again`)
    if (gone) throw new Fault('plan_changed', `${planned.service ?? key} in ${planned.region ?? 'no region'} is no longer there; propose again`)
    return {
      id: context.newId(), projectId, runId: run.id, key, position, role: planned.role, stepKind: action.kind, kind: run.kind, environmentId: run.environmentId,
      regionId: isCenterKind(action.kind) || planned.region === null ? null : (regions.get(planned.region) ?? null), serviceId: planned.service === null ? null : (services.get(planned.service) ?? null), targetId: planned.target,
      params: action.params as object, repeatable, timeoutMs: planned.timeoutMs, after: [...after], retryTimes: retry?.times ?? 0, backoffMs: retry?.backoffMs ?? 0, maxBackoffMs: retry?.maxBackoffMs ?? 0, status: 'blocked',
      ...(schema.has(key) ? { schemaEffect: schema.get(key) as object } : {}),
    }
  })
  await tx.step.createMany({ data: rows })
  return rows.map((row) => ({ id: row.id, key: row.key, kind: row.stepKind, regionId: row.regionId, serviceId: row.serviceId, targetId: row.targetId, schemaEffect: schema.get(row.key) ?? null }))
}
