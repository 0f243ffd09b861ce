import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import type { Context, Outcome } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { must } from '#lib/platform/must.ts'
import type { LoadedRun, StepFacts } from '../load-run.ts'
import { loadRunOfStep } from '../load-run.ts'
import { approvalsWanted } from '../rules/center-step.ts'
import type { MachineStep, RunEvent } from '../rules/run-state.ts'
import { keepSchema } from '../schema.ts'
import { speaking, steering } from '../steering.ts'
import { changeRun } from './change-run.ts'

const stepId = z.uuid().describe('The step')
const reason = z.string().trim().min(3, 'say why, in a few words').max(500)
const word = z.string().trim().min(3, 'say what was done or seen, in a few words').max(500)

/** One event on one step; the record names the step, and which. */
async function change<R>(context: Context, { run, step }: { run: LoadedRun; step: StepFacts }, event: RunEvent, answer: (after: MachineStep) => R): Promise<Outcome<R>> {
  const events = await changeRun(context, run, [event])
  const after = must(run.state.steps.find((one) => one.key === step.key), 'a step of its run')
  return { result: answer(after), events, record: { subjectKind: 'step', subjectId: step.id, incidentId: run.incidentId, payload: { key: step.key, runId: run.id } } }
}

const status = (step: MachineStep): { status: string } => ({ status: step.status })

export const retryStep = command({
  name: 'step.retry',
  summary: 'Do a failed, cancelled or indeterminate step again. A person takes the word on it that this is safe.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, reason }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  run: async (context, input, found) => change(context, found, { type: 'retry', key: found.step.key, by: await steering(context, found.run), reason: input.reason }, status),
})

export const skipStep = command({
  name: 'step.skip',
  summary: 'Go on without a step, with a reason.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, reason }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  run: async (context, input, found) => change(context, found, { type: 'skip', key: found.step.key, by: await steering(context, found.run), reason: input.reason }, status),
})

export const settleStep = command({
  name: 'step.settle',
  summary: 'Say what became of a step whose outcome is not known: it happened, or it did not.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, happened: z.boolean().describe('True where the effect is there'), reason: reason.describe('How you know') }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, found) {
    const outcome = await change(context, found, { type: 'settle', key: found.step.key, happened: input.happened, by: await steering(context, found.run), reason: input.reason }, status)
    if (input.happened) await keepSchema(context, found.run.environmentId, found.step.schemaEffect, 'succeeded')
    return outcome
  },
})

export const confirmStep = command({
  name: 'step.confirm',
  summary: 'Say that a manual step has been done. Only the commander may; who said it, when and in which words is kept.',
  permission: 'run.steer',
  input: z.strictObject({ stepId, word }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  run: async (context, input, found) => change(context, found, { type: 'confirm', key: found.step.key, by: await steering(context, found.run), word: input.word, at: context.now.toISOString() }, status),
})

export const approveStep = command({
  name: 'step.approve',
  summary: 'Agree that the run goes on past a step that waits for it. Whoever started the run does not count, and nobody counts twice.',
  permission: 'approval.vote',
  stepUp: 'project',
  input: z.strictObject({ stepId, word }),
  load: ({ tx }, input) => loadRunOfStep(tx, input.stepId),
  async run(context, input, found) {
    if (!personId(context.actor)) throw new Fault('forbidden', 'a person agrees, not a machine')
    return change(context, found, { type: 'agree', key: found.step.key, by: speaking(context), word: input.word, at: context.now.toISOString() }, ({ status: now, center }) => ({ status: now, have: center?.voices.length ?? 0, need: approvalsWanted(center?.params ?? {}) }))
  },
})
