import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRunForUpdate } from '../load-run.ts'
import { undoable } from '../rules/undo-steps.ts'
import { waysOn } from '../rules/ways-on.ts'
import { speaking, steering } from '../steering.ts'
import { changeRun } from './change-run.ts'
import { lockTargets } from './prepare-run.ts'

const runId = z.uuid().describe('The run')
const reason = z.string().trim().min(3, 'say why, in a few words').max(500)

export const pauseRun = command({
  name: 'run.pause',
  summary: 'Start nothing new; what is leased goes on to its end.',
  permission: 'run.steer',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const events = await changeRun(context, run, [{ type: 'pause', by: await steering(context, run), reason: input.reason }])
    return { result: { status: run.state.status }, events }
  },
})

export const resumeRun = command({
  name: 'run.resume',
  summary: 'Go on from where it stands; steps that were cancelled and are repeatable are done again.',
  permission: 'run.steer',
  input: z.strictObject({ runId }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, _input, run) {
    const events = await changeRun(context, run, [{ type: 'resume', by: await steering(context, run) }])
    // Somebody may have taken a lock away: it goes on with all of them, or not at all.
    await lockTargets(context, run.id, run)
    return { result: { status: run.state.status }, events }
  },
})

export const abortRun = command({
  name: 'run.abort',
  summary: 'End the run where it stands. Steps at work are told to stop; nothing is undone.',
  permission: 'run.steer',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const events = await changeRun(context, run, [{ type: 'abort', by: await steering(context, run), reason: input.reason }])
    return { result: { status: run.state.status }, events }
  },
})

export const compensateRun = command({
  name: 'run.compensate',
  summary: 'Take back what was done, in the opposite order, as far as the plan says how. The run ends as aborted and says what was taken back.',
  permission: 'run.steer',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const takesBack = undoable(run.state).map((step) => step.key)
    const events = await changeRun(context, run, [{ type: 'compensate', by: await steering(context, run), reason: input.reason }])
    return { result: { status: run.state.status, takesBack }, events, record: { subjectKind: 'run', subjectId: run.id, incidentId: run.incidentId, payload: { takesBack } } }
  },
})

export const stopRun = command({
  name: 'run.stop',
  summary: 'Stop everything at once: any responder may. Nothing new starts and agents are told to stop what they hold.',
  permission: 'run.stop',
  input: z.strictObject({ runId, reason }),
  load: ({ tx }, input) => loadRunForUpdate(tx, input.runId),
  async run(context, input, run) {
    const events = await changeRun(context, run, [{ type: 'stop', by: speaking(context), reason: input.reason }])
    const of = (...statuses: string[]): string[] => run.state.steps.filter((step) => statuses.includes(step.status)).map((step) => step.key)
    return {
      result: { status: run.state.status, done: of('succeeded', 'skipped'), stopping: of('leased'), notStarted: of('blocked', 'ready', 'cancelled'), indeterminate: of('indeterminate'), failed: of('failed'), waysOn: waysOn(run.state) },
      events,
    }
  },
})
