import { z } from 'zod'
import { recordObservation } from '#lib/catalog/commands/record-observation.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { failpoint } from '#lib/platform/failpoint.ts'
import { Fault } from '#lib/platform/fault.ts'
import { recordStaged } from '#lib/releases/commands/record-staged.ts'
import { recordSnapshot } from '#lib/state/commands/record-snapshot.ts'
import { agentOf } from '../load.ts'
import type { LoadedRun, StepFacts } from '../load-run.ts'
import { loadRunOfStep } from '../load-run.ts'
import { reduce } from '../rules/run-machine.ts'
import type { RunEvent, RunState } from '../rules/run-state.ts'
import { keepSchema } from '../schema.ts'
import { changeRun } from './change-run.ts'
import type { Lease } from './lease-step.ts'
import { handOver, leaseHandedOver, plansHeld, takeNext } from './lease-step.ts'

const observed = z.array(z.object({ id: z.string().max(120), digest: z.string().max(100).nullable(), version: z.string().max(100).nullable().default(null), state: z.enum(['starting', 'healthy', 'unhealthy', 'stopped']) })).max(200)

/**
 * The end of one attempt. Completion, what becomes ready, record, events and, if wanted, the next lease are one commit.
 * The fence is in the write: only the attempt that holds the newest epoch counts, and it counts once.
 */
export const completeStep = command({
  name: 'step.complete',
  summary: 'Report how a leased step ended. Repeating the same report answers the same; a stale epoch changes nothing.',
  permission: 'agent.work',
  // A snapshot's settings are kept where they can be disposed of; a record is for ever.
  secret: ['result', 'plans'],
  input: z.strictObject({
    v: z.literal(1),
    stepId: z.uuid(),
    epoch: z.number().int().positive(),
    outcome: z.enum(['succeeded', 'failed', 'cancelled']),
    because: z.string().max(2_000).nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
    want: z.boolean().describe('True where the agent can take another step at once'),
    plans: plansHeld,
  }),

  async load({ tx, actor }, { stepId, epoch }) {
    const agent = agentOf(actor)
    const { subject, scope } = await loadRunOfStep(tx, stepId, { agentId: agent.id, reported: { stepId, epoch } })
    return { subject, scope: subject.step.regionId ? { ...scope, regionId: subject.step.regionId } : scope }
  },

  async run(context, { stepId, epoch, outcome, because, result, want, plans }, { run, step }) {
    const agent = agentOf(context.actor)
    if (run.attempt?.agentId !== agent.id) throw new Fault('stale_lease', 'this step was never yours under that epoch')
    // The answer to the first report was lost: say the same again, and hand over the same lease.
    if (run.attempt.outcome === outcome) return { result: { lease: want ? await leaseHandedOver(context, run, { stepId, epoch: BigInt(epoch) }, plans) : null }, events: [] }

    failpoint('before-complete')
    const ended: RunEvent = { type: 'complete', key: step.key, agentId: agent.id, epoch, outcome, because }
    const after = stateAfter(run, ended)
    if (outcome === 'succeeded') await keep(context, run, step, result ?? {})
    const results = result ? new Map([[step.key, result]]) : new Map<string, object>()
    const { lease, events } = await next(context, run, after, ended, want && plans, results)
    failpoint('after-complete')
    return {
      result: { lease },
      events,
      record: { subjectKind: 'step', subjectId: stepId, incidentId: run.incidentId, payload: { key: step.key, runId: run.id, outcome, because, lease: lease ? { stepId: lease.stepId, epoch: lease.epoch } : null } },
    }
  },
})

/** The run as it is once the report counts; a report that does not is refused here, before anything is kept. */
function stateAfter(run: LoadedRun, ended: RunEvent): RunState {
  const turn = reduce(run.state, ended)
  if (!turn.ok) throw new Fault(turn.code, turn.because, turn.detail)
  return turn.state
}

/** What a step found out belongs to the rooms that know what to do with it. */
async function keep(context: Context, run: LoadedRun, step: StepFacts, result: Record<string, unknown>): Promise<void> {
  const { projectId, environmentId, deploymentId } = run
  const planned = run.document.steps.find((one) => one.key === step.key)
  const digest = (planned?.params['release'] as { digest?: string } | undefined)?.digest
  if (step.kind === 'stage' && digest && step.regionId) await context.call(recordStaged, { digest, projectId, environmentId, regionId: step.regionId, agentId: context.actor.id })
  await keepSchema(context, environmentId, step.schemaEffect, 'succeeded')
  if (step.schemaEffect) run.world = null
  if (!step.targetId) return
  if (step.kind === 'snapshot' && typeof result['digest'] === 'string') {
    await context.call(recordSnapshot, { targetId: step.targetId, deploymentId, digest: result['digest'], content: (result['content'] ?? {}) as Record<string, unknown> })
  }
  const instances = observed.safeParse(result['instances'])
  if (!instances.success || instances.data.length === 0) return
  await context.call(recordObservation, { targetId: step.targetId, instances: instances.data })
  run.world = null
}

/** The next lease of the same run in the same commit and the same answer: a hand-over without another round trip. */
async function next(context: Context, run: LoadedRun, after: RunState, ended: RunEvent, want: readonly string[] | false, results: ReadonlyMap<string, object>): ReturnType<typeof handOver> {
  // What it has just given back it no longer holds.
  if (run.taker) run.taker = { ...run.taker, held: Math.max(0, run.taker.held - 1), atWork: Math.max(0, run.taker.atWork - 1) }
  const taken = want ? await takeNext(context, run, after, null) : null
  if (taken) return handOver(context, run, taken, [ended, taken.event], want || [], results)
  return { lease: null as Lease | null, events: await changeRun(context, run, [ended], results) }
}
