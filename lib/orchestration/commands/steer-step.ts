import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadRunOfStep } from '../load.ts'
import { keepSchema } from '../schema.ts'
import { changeRun } from './change-run.ts'
import { commanderTerm } from './steer-run.ts'

const stepId = z.uuid().describe('The step')
const reason = z.string().trim().min(3, 'say why, in a few words').max(500)

export const retryStep = command({
  name: 'step.retry',
  summary: 'Do a failed, cancelled or indeterminate step again. A person takes the word on it that this is safe.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, reason }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, { run }) {
    const { tx, now } = context
    const term = await commanderTerm(context, run.incidentId)
    if (run.status !== 'paused') throw new Fault('conflict', `the run is ${run.status}; pause it first`, { status: run.status })
    const { count } = await tx.step.updateMany({
      where: { id: input.stepId, status: { in: ['failed', 'indeterminate', 'cancelled'] } },
      data: { status: 'ready', readyAt: now, notBefore: null, validationId: null, because: null, finishedAt: null, cancelling: false },
    })
    if (count === 0) throw new Fault('conflict', 'only a failed, cancelled or indeterminate step can be done again')
    return { result: { status: 'ready' }, events: await changeRun(context, run, { commanderTerm: term }), record: { subjectKind: 'step', subjectId: input.stepId, incidentId: run.incidentId } }
  },
})

export const skipStep = command({
  name: 'step.skip',
  summary: 'Go on without a step, with a reason.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, reason }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, { run }) {
    const { tx, now } = context
    const term = await commanderTerm(context, run.incidentId)
    const { count } = await tx.step.updateMany({
      where: { id: input.stepId, status: { in: ['failed', 'indeterminate', 'cancelled', 'blocked', 'ready'] }, run: { status: 'paused' } },
      data: { status: 'skipped', because: `skipped by ${context.actor.name}: ${input.reason}`, finishedAt: now, cancelling: false },
    })
    if (count === 0) throw new Fault('conflict', 'a step can be skipped only in a paused run, and only while no agent holds it')
    return { result: { status: 'skipped' }, events: await changeRun(context, run, { commanderTerm: term }), record: { subjectKind: 'step', subjectId: input.stepId, incidentId: run.incidentId } }
  },
})

export const settleStep = command({
  name: 'step.settle',
  summary: 'Say what became of a step whose outcome is not known: it happened, or it did not.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, happened: z.boolean().describe('True where the effect is there'), reason: reason.describe('How you know') }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, { run }) {
    const { tx, now } = context
    const term = await commanderTerm(context, run.incidentId)
    const { count } = await tx.step.updateMany({
      where: { id: input.stepId, status: 'indeterminate' },
      data: input.happened
        ? { status: 'succeeded', because: `${context.actor.name} says that it happened: ${input.reason}`, finishedAt: now }
        : { status: 'ready', readyAt: now, because: null, finishedAt: null },
    })
    if (count === 0) throw new Fault('conflict', 'only a step whose outcome is not known needs this')
    if (input.happened) await keepSchema(context, run.environmentId, (await tx.step.findUniqueOrThrow({ where: { id: input.stepId }, select: { schemaEffect: true } })).schemaEffect, 'succeeded')
    return { result: { status: input.happened ? 'succeeded' : 'ready' }, events: await changeRun(context, run, { commanderTerm: term }), record: { subjectKind: 'step', subjectId: input.stepId, incidentId: run.incidentId } }
  },
})
