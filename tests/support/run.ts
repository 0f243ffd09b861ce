import { z } from 'zod'
import type { PlanRow } from '#lib/orchestration/commands/start-run.ts'
import { beginRun } from '#lib/orchestration/commands/start-run.ts'
import type { Authority } from '#lib/orchestration/load-run.ts'
import type { PlanDocument, StepDocument } from '#lib/orchestration/model.ts'
import { isCenterKind, noRetry, planVersion } from '#lib/orchestration/model.ts'
import { hashPlan } from '#lib/orchestration/rules/hash-plan.ts'
import { system } from '#lib/platform/actor.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { command, execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { must } from '#lib/platform/must.ts'
import type { World } from './world.ts'
import { digestOf } from './world.ts'
import type { candidateFor } from '#lib/orchestration/ready-steps.ts'
import { readyWhere } from '#lib/orchestration/ready-steps.ts'

/** A step as a test says it: what is left out is a repeatable switch of checkout in eu that waits for nothing. */
export type StepSketch = Partial<StepDocument> & { key: string }

export const stepOf = (world: World, sketch: StepSketch): StepDocument => {
  const kind = sketch.kind ?? 'deploy'
  const region = sketch.region ?? 'eu'
  const agents = !isCenterKind(kind)
  return {
    role: 'deploy', kind, service: agents ? 'checkout' : null, target: agents ? world.targets[`checkout/${region as 'eu' | 'us'}`] : null, environment: 'production', agentKind: 'real', params: {}, repeatable: true,
    timeoutMs: 30_000, after: [], retry: noRetry, check: null, compensate: null, ...sketch, region: agents ? region : null,
  }
}

export interface SeededRun {
  planId: string
  runId: string
  /** Step ids by key. */
  steps: Readonly<Record<string, string>>
}

export interface RunSketch {
  purpose?: 'rollback' | 'deployment'
  steps: readonly StepSketch[]
  /** What moves; nothing unless said. */
  moves?: readonly `${'checkout' | 'payments' | 'storefront'}/${'eu' | 'us'}`[]
  incidentId?: string
  startedBy?: Actor
  authority?: Authority
  term?: number | null
  /** Further locks than those of what moves. */
  locks?: PlanDocument['locks']
}

/** The bytes that a sketched move leaves and brings. */
export const movedFrom = digestOf('from')
export const movedTo = digestOf('to')

/** A run as `run.start` begins it, of a plan that nobody voted on: steps, locks and first settlement are the real ones. */
export async function seedStartedRun(world: World, sketch: RunSketch): Promise<SeededRun> {
  const { purpose = 'rollback', moves = [], incidentId = null } = sketch
  const steps = sketch.steps.map((one) => stepOf(world, one))
  const document: PlanDocument = {
    v: planVersion, purpose, environment: 'production', agentKind: 'real', playbook: null, migrations: [], groups: [], excused: [], losses: [], leaves: [], notes: [], steps,
    moves: moves.map((place) => {
      const [service = '', region = ''] = place.split('/')
      return { target: world.targets[place], service, region, from: [{ digest: movedFrom, version: '1.5.0' }], to: { releaseId: newId(), version: '1.4.2', digest: movedTo, url: 'https://artifacts.example.test/a.tgz' }, why: 'asked', group: null }
    }),
    edges: steps.flatMap((step) => step.after.map((from) => ({ from, to: step.key, because: `${step.key} needs ${from}` }))),
    locks: sketch.locks ?? { exclusive: moves.map((place) => `target:production/${place}`).sort(), shared: [] },
    reversible: { yes: true, because: 'a test' },
  }
  const planId = newId()
  const hash = hashPlan(document)
  const forecast = { p50Ms: 1, p90Ms: 2, regions: [], steps: [], critical: [], basis: 'a test' }
  await db().plan.create({
    data: { id: planId, projectId: world.projectId, incidentId, environmentId: world.environmentId, purpose, kind: 'real', v: planVersion, document: document as object, hash, forecast, status: 'proposed', createdBy: 'test', createdAt: new Date() },
  })
  const plan: PlanRow = { id: planId, projectId: world.projectId, incidentId, deploymentId: null, environmentId: world.environmentId, purpose, kind: 'real', document, hash, status: 'proposed' }
  const begin = command({
    name: 'test.begin-run',
    summary: 'Begin a run without asking anybody.',
    permission: 'run.start',
    input: z.strictObject({}),
    load: async () => ({ subject: plan, scope: { projectId: world.projectId, environmentId: world.environmentId } }),
    async run(context) {
      const { runId, events } = await beginRun(context, plan, sketch.authority ?? { kind: 'standing', policyRevision: 1, rule: 'test' }, sketch.term ?? null)
      return { result: { runId }, events }
    },
  })
  const { runId } = await execute(begin, sketch.startedBy ?? system('test'), {})
  const rows = await db().step.findMany({ where: { runId }, select: { id: true, key: true } })
  return { planId, runId, steps: Object.fromEntries(rows.map((row) => [row.key, row.id])) }
}

export const stepNow = async (run: SeededRun, key: string): Promise<{ status: string; because: string | null; epoch: bigint; attempt: number; cancelling: boolean; notBefore: Date | null; validationId: string | null }> =>
  must(await db().step.findUnique({ where: { id: must(run.steps[key], `a step ${key}`) } }), `the step ${key}`)

export const runNow = async (run: SeededRun): Promise<{ status: string; because: string | null; version: number; commanderTerm: number | null }> => must(await db().run.findUnique({ where: { id: run.runId } }), 'the run')

export const statusesOf = async (run: SeededRun): Promise<Record<string, string>> =>
  Object.fromEntries((await db().step.findMany({ where: { runId: run.runId }, orderBy: { position: 'asc' } })).map((step) => [step.key, step.status]))

/** Puts a step into an agent's hands, as a lease would, without asking for anybody's approval. Returns the epoch. */
export async function holdStep(run: SeededRun, key: string, agent: { id: string }, leaseMs = 15_000): Promise<number> {
  const now = new Date()
  const { id, epoch, attempt } = await db().step.update({
    where: { id: must(run.steps[key], `a step ${key}`) },
    data: { status: 'leased', epoch: { increment: 1 }, attempt: { increment: 1 }, agentId: agent.id, leaseExpiresAt: new Date(now.getTime() + leaseMs), startedAt: now, notBefore: null, because: null },
  })
  await db().attempt.create({ data: { stepId: id, epoch, number: attempt, agentId: agent.id, kind: 'real', startedAt: now } })
  return Number(epoch)
}

/** The step that a waiting agent would be shown first; it is heard of at that moment, however slow the test is. */
export async function leasable(agent: Parameters<typeof candidateFor>[1]): Promise<{ id: string; runId: string } | null> {
  await db().agent.update({ where: { id: agent.id }, data: { lastSeenAt: new Date() } })
  return (await readyWhere(db(), agent)).find(({ agents }) => agents.includes(agent.id)) ?? null
}
