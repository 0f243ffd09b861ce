import { z } from 'zod'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { personId } from '#lib/platform/actor.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadRunOfStep } from '../load.ts'
import { approvalsWanted } from '../rules/center-step.ts'
import { changeRun } from './change-run.ts'
import { commanderTerm } from './steer-run.ts'

const stepId = z.uuid().describe('The step')
const word = z.string().trim().min(3, 'say what was done or seen, in a few words').max(500)

/** Somebody who agreed, as it is kept with the step. */
interface Voice {
  personId: string
  name: string
  at: string
  word: string
}

export const confirmStep = command({
  name: 'step.confirm',
  summary: 'Say that a manual step has been done. Only the commander may; who said it, when and in which words is kept.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, word }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, { run, stepKey }) {
    const term = await commanderTerm(context, run.incidentId)
    await waiting(context, input.stepId, 'manual')
    await end(context, input.stepId, `${context.actor.name} did this: ${input.word}`, { by: context.actor.id, name: context.actor.name, at: context.now.toISOString(), word: input.word })
    return { result: { status: 'succeeded' }, events: await changeRun(context, run, { commanderTerm: term }), record: { subjectKind: 'step', subjectId: input.stepId, incidentId: run.incidentId, payload: { key: stepKey, runId: run.id } } }
  },
})

export const approveStep = command({
  name: 'step.approve',
  summary: 'Agree that the run goes on past a step that waits for it. Whoever started the run does not count, and nobody counts twice.',
  permission: 'approval.vote',
  input: z.strictObject({ stepId, word }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, { run, stepKey }) {
    const { tx, actor, now } = context
    if (!personId(actor)) throw new Fault('forbidden', 'a person agrees, not a machine')
    if (actor.id === run.startedBy) throw new Fault('forbidden', 'you started this run; somebody else has to agree')
    const { params, result } = await waiting(context, input.stepId, 'approve')
    const before = (result?.['approvals'] ?? []) as Voice[]
    if (before.some((voice) => voice.personId === actor.id)) throw new Fault('conflict', 'you have agreed already; it takes somebody else')
    const approvals = [...before, { personId: actor.id, name: actor.name, at: now.toISOString(), word: input.word }]
    const wanted = approvalsWanted(params)
    if (approvals.length >= wanted) await end(context, input.stepId, `${approvals.map((voice) => voice.name).join(' and ')} agreed: ${input.word}`, { approvals })
    else await tx.step.update({ where: { id: input.stepId }, data: { result: { approvals } as object } })
    return {
      result: { status: approvals.length >= wanted ? 'succeeded' : 'ready', have: approvals.length, need: wanted },
      events: await changeRun(context, run),
      record: { subjectKind: 'step', subjectId: input.stepId, incidentId: run.incidentId, payload: { key: stepKey, runId: run.id, have: approvals.length, need: wanted } },
    }
  },
})

/** The step, if it waits for a person's word of this kind; its run's row is locked. */
async function waiting({ tx }: Context, stepId: string, kind: 'manual' | 'approve'): Promise<{ params: Record<string, unknown>; result: Record<string, unknown> | null }> {
  const [step] = await tx.$queryRaw<{ kind: string; status: string; params: Record<string, unknown>; result: Record<string, unknown> | null }[]>`
    select step_kind as kind, status, params, result from step where id = ${stepId}::uuid`
  if (step?.kind !== kind) throw new Fault('conflict', kind === 'manual' ? 'this step is not done by a person' : 'this step does not wait for anybody to agree')
  if (step.status !== 'ready') throw new Fault('conflict', `this step is ${step.status}; it does not wait for a person now`, { status: step.status })
  return step
}

const end = ({ tx, now }: Context, stepId: string, because: string, result: object): Promise<unknown> =>
  tx.step.updateMany({ where: { id: stepId, status: 'ready' }, data: { status: 'succeeded', because, result, finishedAt: now, startedAt: now } })
