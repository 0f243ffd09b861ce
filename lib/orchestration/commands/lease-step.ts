import { z } from 'zod'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { must } from '#lib/platform/must.ts'
import { signLease } from '#lib/platform/signing.ts'
import { whyNotNow } from '../authority.ts'
import { agentOf } from '../load.ts'
import type { LoadedRun, Taker } from '../load-run.ts'
import { actionOf, loadRun, lockRun } from '../load-run.ts'
import { agentPace } from '../pace.ts'
import { nextStep } from '../rules/next-step.ts'
import type { MachineStep, RunEvent, RunState } from '../rules/run-state.ts'
import { keepSchema } from '../schema.ts'
import { changeRun } from './change-run.ts'

/** Hashes of plans that an agent has and need not be sent again. */
export const plansHeld = z.array(z.string().max(100)).max(64).default([]).describe('Hashes of plans that you have: their documents are not sent again')

/** What an agent is given to do; the form is fixed in docs/api/agent-protocol.md. */
export interface Lease {
  v: 1
  stepId: string
  runId: string
  key: string
  kind: string
  attempt: number
  epoch: number
  leaseMs: number
  timeoutMs: number
  repeatable: boolean
  again: boolean
  params: unknown
  /** `document` is null where the agent said that it has the plan of this hash. */
  plan: { document: unknown; hash: string; signature: string }
}

export const leaseStep = command({
  name: 'step.lease',
  summary: 'Give the next ready step of its environment and region to an agent.',
  permission: 'agent.work',
  // What an agent has in mind is nobody's record.
  secret: ['plans'],
  input: z.strictObject({ stepId: z.uuid(), ask: z.uuid().nullable().default(null), plans: plansHeld }),

  async load({ tx, actor }, { stepId }) {
    const agent = agentOf(actor)
    const step = await tx.step.findUnique({ where: { id: stepId }, select: { projectId: true, environmentId: true, regionId: true, runId: true } })
    return { subject: step?.runId ?? null, scope: step?.regionId ? { projectId: step.projectId, environmentId: step.environmentId, regionId: step.regionId } : { projectId: agent.projectId } }
  },

  async run(context, { stepId, ask, plans }, runId) {
    const nothing = { result: { lease: null as Lease | null }, events: [] }
    if (!runId) return nothing
    const run = await loadRun(context.tx, await lockRun(context.tx, runId), { agentId: agentOf(context.actor).id })
    const again = ask ? await leaseAsked(context, run, stepId, ask, plans) : null
    if (again) return { result: { lease: again }, events: [], record: { subjectKind: 'step', subjectId: stepId, payload: { epoch: again.epoch, attempt: again.attempt, again: true } } }
    run.ask = ask
    const taken = await takeNext(context, run, run.state, stepId)
    // Somebody else was quicker: nothing happened.
    if (!taken) return nothing
    const { lease, events } = await handOver(context, run, taken, [taken.event], plans)
    return { result: { lease }, events, record: { subjectKind: 'step', subjectId: stepId, payload: lease ? { epoch: lease.epoch, attempt: lease.attempt } : {} } }
  },
})

/** What happens where an agent asks for something to do: it gets a step, or the run is found to rest on nothing any more. */
export interface Taken {
  step: MachineStep
  event: RunEvent
}

/** The step that the asking agent takes, in a run as it will be. Null = there is nothing for it. `only`: this step and no other. */
export async function takeNext(context: Context, run: LoadedRun, state: RunState, only: string | null): Promise<Taken | null> {
  const { taker } = run
  if (!taker || !isHere(run, taker)) return null
  const step = nextStep(state, only ? new Map([...run.facts].filter(([, facts]) => facts.id === only)) : run.facts, taker)
  if (!step) return null
  return { step, event: (await whyNotNow(context, run, state, step.key)) ?? { type: 'lease', key: step.key, agentId: taker.agentId, leaseMs: agentPace.leaseMs } }
}

const isHere = (run: LoadedRun, taker: Taker): boolean => run.environmentId === taker.environmentId && run.kind === taker.agentKind

/** Lets it all happen to the run in one turn, and writes out the lease where it was one. */
export async function handOver(context: Context, run: LoadedRun, { step, event }: Taken, happens: readonly RunEvent[], plans: readonly string[], results?: ReadonlyMap<string, object>): Promise<{ lease: Lease | null; events: EventDraft[] }> {
  if (event.type === 'lease') await keepSchema(context, run.environmentId, must(run.facts.get(step.key), 'a step of its run').schemaEffect, 'begins')
  const events = await changeRun(context, run, happens, results)
  return { events, lease: event.type === 'lease' ? await writeLease(context.tx, run, step.key, plans) : null }
}

/**
 * The lease that went out with the answer to a report, for an agent that never got that answer: the same epoch, held for
 * as long again. Both ends were written in one commit, so the attempt began at the very moment at which the reported one ended.
 */
export async function leaseHandedOver({ tx, actor }: Context, run: LoadedRun, reported: { stepId: string; epoch: bigint }, plans: readonly string[]): Promise<Lease | null> {
  const agent = agentOf(actor)
  const [step] = await tx.$queryRaw<{ key: string }[]>`
    update step s set lease_expires_at = now() + make_interval(secs => ${agentPace.leaseMs / 1000})
    from attempt given join attempt done on done.ended_at = given.started_at and done.agent_id = given.agent_id
    where done.step_id = ${reported.stepId}::uuid and done.epoch = ${reported.epoch}::bigint and given.step_id = s.id and given.epoch = s.epoch and given.outcome is null
      and s.run_id = ${run.id}::uuid and s.status = 'leased' and s.agent_id = ${agent.id}::uuid and s.lease_expires_at > now()
    returning s.key`
  return step ? writeLease(tx, run, step.key, plans) : null
}

/** The lease that the same request brought before, where its answer was lost: the same epoch, held for as long again. */
async function leaseAsked({ tx, actor }: Context, run: LoadedRun, stepId: string, ask: string, plans: readonly string[]): Promise<Lease | null> {
  const [step] = await tx.$queryRaw<{ key: string }[]>`
    update step s set lease_expires_at = now() + make_interval(secs => ${agentPace.leaseMs / 1000})
    from attempt given
    where given.step_id = s.id and given.epoch = s.epoch and given.outcome is null and given.ask = ${ask}::uuid and given.agent_id = ${agentOf(actor).id}::uuid
      and s.id = ${stepId}::uuid and s.run_id = ${run.id}::uuid and s.status = 'leased' and s.lease_expires_at > now()
    returning s.key`
  return step ? writeLease(tx, run, step.key, plans) : null
}

/** What an agent gets to see of a step that it holds. */
async function writeLease(tx: Tx, run: LoadedRun, key: string, plans: readonly string[]): Promise<Lease> {
  const step = must(run.state.steps.find((one) => one.key === key), 'a step of its run')
  const { id, kind } = must(run.facts.get(key), 'a step of its run')
  const planned = must(run.document.steps.find((one) => one.key === (step.undoes ?? key)), `the step ${key} in its plan`)
  const again = step.attempt > 1 && (await tx.attempt.count({ where: { stepId: id, OR: [{ outcome: 'expired' }, { outcome: 'cancelled' }] } })) > 0
  return {
    v: 1,
    stepId: id,
    runId: run.id,
    key,
    kind,
    attempt: step.attempt,
    epoch: step.epoch,
    leaseMs: agentPace.leaseMs,
    timeoutMs: planned.timeoutMs,
    repeatable: step.repeatable,
    again,
    params: actionOf(planned, step.undoes).params,
    plan: { document: plans.includes(run.planHash) ? null : run.document, hash: run.planHash, signature: signLease({ runId: run.id, stepId: id, epoch: BigInt(step.epoch), hash: run.planHash }) },
  }
}
