import { z } from 'zod'
import { recordObservation } from '#lib/catalog/commands/record-observation.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { failpoint } from '#lib/platform/failpoint.ts'
import { Fault } from '#lib/platform/fault.ts'
import { recordStaged } from '#lib/releases/commands/record-staged.ts'
import { recordSnapshot } from '#lib/state/commands/record-snapshot.ts'
import type { RunRow } from '../load.ts'
import { agentOf, loadRunOfStep } from '../load.ts'
import { keepSchema } from '../schema.ts'
import { changeRun } from './change-run.ts'
import type { Lease } from './lease-step.ts'
import { leasable, leaseHandedOver, takeLease } from './lease-step.ts'

const observed = z.array(z.object({ id: z.string().max(120), digest: z.string().max(100).nullable(), version: z.string().max(100).nullable().default(null), state: z.enum(['starting', 'healthy', 'unhealthy', 'stopped']) })).max(200)

interface AttemptRow {
  epoch: bigint
  agent_id: string
  outcome: string | null
  status: string
  step_epoch: bigint
  step_kind: string
  target_id: string | null
  schema_effect: unknown
  region_id: string | null
  /** Of the bytes that it stages, where it does. */
  digest: string | null
}

/**
 * The end of one attempt. Completion, what becomes ready, record, events and, if wanted, the next lease are one commit.
 * The fence is in the write: only the attempt that holds the newest epoch counts, and it counts once.
 */
export const completeStep = command({
  name: 'step.complete',
  summary: 'Report how a leased step ended. Repeating the same report answers the same; a stale epoch changes nothing.',
  permission: 'agent.work',
  // A snapshot's settings are kept where they can be disposed of; a record is for ever.
  secret: ['result'],
  input: z.strictObject({
    v: z.literal(1),
    stepId: z.uuid(),
    epoch: z.number().int().positive(),
    outcome: z.enum(['succeeded', 'failed', 'cancelled']),
    because: z.string().max(2_000).nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
    want: z.boolean().describe('True where the agent can take another step at once'),
  }),

  async load({ tx, actor }, { stepId }) {
    agentOf(actor)
    const { subject, scope } = await loadRunOfStep(tx, stepId)
    const step = await tx.step.findUniqueOrThrow({ where: { id: stepId }, select: { regionId: true } })
    return { subject, scope: step.regionId ? { ...scope, regionId: step.regionId } : scope }
  },

  async run(context, { stepId, epoch, outcome, because, result, want }, { run, stepKey }) {
    const { tx, actor, now } = context
    const agent = agentOf(actor)
    const [attempt] = await tx.$queryRaw<AttemptRow[]>`
      select a.epoch, a.agent_id, a.outcome, s.status, s.epoch as step_epoch, s.step_kind, s.target_id, s.schema_effect, s.region_id, s.params->'release'->>'digest' as digest
      from attempt a join step s on s.id = a.step_id where a.step_id = ${stepId}::uuid and a.epoch = ${epoch}::bigint`
    if (!attempt || attempt.agent_id !== agent.id) throw new Fault('stale_lease', 'this step was never yours under that epoch')
    // The answer to the first report was lost: say the same again, and hand over the same lease.
    if (attempt.outcome === outcome) return { result: { lease: want ? await leaseHandedOver(context, { stepId, epoch: BigInt(epoch) }) : null }, events: [] }
    if (attempt.step_epoch !== BigInt(epoch) || attempt.status !== 'leased') throw new Fault('stale_lease', 'the lease ran out and this report no longer counts', { epoch: Number(attempt.step_epoch) })

    failpoint('before-complete')
    await tx.attempt.update({ where: { stepId_epoch: { stepId, epoch: BigInt(epoch) } }, data: { outcome, because, endedAt: now } })
    await tx.step.update({
      where: { id: stepId },
      data: { status: outcome, because, cancelling: false, leaseExpiresAt: null, finishedAt: now, ...(result ? { result: result as object } : {}) },
    })
    if (outcome === 'succeeded') {
      await keep(context, attempt, run, result ?? {})
      await keepSchema(context, run.environmentId, attempt.schema_effect, 'succeeded')
    }
    const events = await changeRun(context, run)
    const lease = await next(context, want, events)
    failpoint('after-complete')
    return {
      result: { lease },
      events,
      record: { subjectKind: 'step', subjectId: stepId, incidentId: run.incidentId, payload: { key: stepKey, runId: run.id, outcome, because, lease: lease ? { stepId: lease.stepId, epoch: lease.epoch } : null } },
    }
  },
})

/** What a step found out belongs to the rooms that know what to do with it. */
async function keep(context: Context, step: AttemptRow, { deploymentId, projectId, environmentId }: RunRow, result: Record<string, unknown>): Promise<void> {
  if (step.step_kind === 'stage' && step.digest && step.region_id) await context.call(recordStaged, { digest: step.digest, projectId, environmentId, regionId: step.region_id, agentId: step.agent_id })
  if (!step.target_id) return
  if (step.step_kind === 'snapshot' && typeof result['digest'] === 'string') {
    await context.call(recordSnapshot, { targetId: step.target_id, deploymentId, digest: result['digest'], content: (result['content'] ?? {}) as Record<string, unknown> })
  }
  const instances = observed.safeParse(result['instances'])
  if (instances.success && instances.data.length > 0) await context.call(recordObservation, { targetId: step.target_id, instances: instances.data })
}

/** The next lease in the same answer: a hand-over without another round trip. */
async function next(context: Context, want: boolean, events: { name: string }[]): Promise<Lease | null> {
  if (!want) return null
  const candidate = await leasable(context.tx, agentOf(context.actor))
  if (!candidate) return null
  const taken = await takeLease(context, candidate.id)
  events.push(...taken.events)
  return taken.lease
}
