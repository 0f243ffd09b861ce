import { z } from 'zod'
import { seatOf } from '#lib/governance/queries/authority.ts'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { RunRow } from '../load.ts'
import { loadRunForUpdate } from '../load.ts'
import { changeRun } from './change-run.ts'

const runId = z.uuid().describe('The run')
const reason = z.string().trim().min(3, 'say why, in a few words').max(500)

/** Only whoever holds the seat now steers; the term under which it was done goes into the run. */
export async function commanderTerm({ tx, actor }: Context, incidentId: string | null): Promise<number | null> {
  if (actor.kind === 'system' || !incidentId) return null
  const seat = await seatOf(tx, incidentId)
  if (seat.holderId !== actor.id) throw new Fault('forbidden', seat.holderId ? 'somebody else commands this incident; only the seat may do this' : 'nobody commands this incident; take the seat first')
  return seat.term
}

const isLive = (run: RunRow): boolean => run.status === 'running' || run.status === 'paused'

export const pauseRun = command({
  name: 'run.pause',
  summary: 'Start nothing new; what is leased goes on to its end.',
  permission: 'run.steer',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const term = await commanderTerm(context, run.incidentId)
    if (run.status !== 'running') throw new Fault('conflict', `the run is ${run.status}; only a running one can be paused`, { status: run.status })
    return { result: { status: 'paused' }, events: await changeRun(context, run, { status: 'paused', because: `paused: ${input.reason}`, commanderTerm: term }) }
  },
})

export const resumeRun = command({
  name: 'run.resume',
  summary: 'Go on from where it stands; steps that were cancelled and are repeatable are done again.',
  permission: 'run.steer',
  input: z.strictObject({ runId }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, _input, run) {
    const { tx, now } = context
    const term = await commanderTerm(context, run.incidentId)
    if (run.status !== 'paused') throw new Fault('conflict', `the run is ${run.status}; only a paused one can be resumed`, { status: run.status })
    const stuck = await tx.step.findFirst({ where: { runId: run.id, OR: [{ status: { in: ['failed', 'indeterminate'] } }, { status: 'cancelled', repeatable: false }] } })
    if (stuck) throw new Fault('conflict', `${stuck.key} is ${stuck.status}; retry it, skip it or say what happened first`, { step: stuck.key })
    if (await tx.step.count({ where: { runId: run.id, cancelling: true } })) throw new Fault('conflict', 'an agent has not yet confirmed that it stopped; wait a moment')
    await tx.step.updateMany({ where: { runId: run.id, status: 'cancelled', repeatable: true }, data: { status: 'ready', readyAt: now, because: null, finishedAt: null } })
    return { result: { status: 'running' }, events: await changeRun(context, run, { status: 'running', because: null, commanderTerm: term }) }
  },
})

export const abortRun = command({
  name: 'run.abort',
  summary: 'End the run where it stands. Steps at work are told to stop; nothing is undone.',
  permission: 'run.steer',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const term = await commanderTerm(context, run.incidentId)
    if (!isLive(run)) throw new Fault('conflict', `the run is ${run.status}`, { status: run.status })
    return { result: { status: 'aborted' }, events: await changeRun(context, run, { status: 'aborted', because: `aborted: ${input.reason}`, commanderTerm: term }) }
  },
})

export const stopRun = command({
  name: 'run.stop',
  summary: 'Stop everything at once: any responder may. Nothing new starts and agents are told to stop what they hold.',
  permission: 'run.stop',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const { tx } = context
    if (!isLive(run)) throw new Fault('conflict', `the run is ${run.status}; there is nothing to stop`, { status: run.status })
    const steps = await tx.$queryRaw<{ key: string; status: string }[]>`select key, status from step where run_id = ${run.id}::uuid order by position`
    await tx.step.updateMany({ where: { runId: run.id, status: 'leased' }, data: { cancelling: true } })
    const of = (...statuses: string[]): string[] => steps.filter((step) => statuses.includes(step.status)).map((step) => step.key)
    return {
      result: { status: 'paused', done: of('succeeded', 'skipped'), stopping: of('leased'), notStarted: of('blocked', 'ready', 'cancelled'), indeterminate: of('indeterminate') },
      events: await changeRun(context, run, { status: 'paused', because: `stopped by ${context.actor.name}: ${input.reason}` }),
    }
  },
})
