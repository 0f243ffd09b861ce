import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRunForUpdate } from '../load-run.ts'
import { isDue } from '../rules/due.ts'
import { changeRun } from './change-run.ts'

/** A wait that is over, a measurement that has its verdict: nobody reports these, so somebody has to look. */
export const tickRun = command({
  name: 'run.tick',
  summary: 'Look at a run again: what waited for a time or for a measurement goes on.',
  permission: 'run.steer',
  input: z.strictObject({ runId: z.uuid() }),
  load: ({ tx }, { runId }) => loadRunForUpdate(tx, runId),
  async run(context, _input, run) {
    // Asked under the run's lock: of two who look at the same time, one finds nothing to do.
    if (!isDue(run.state)) return { result: { status: run.state.status }, events: [] }
    const events = await changeRun(context, run, [{ type: 'tick', ms: 0 }])
    return { result: { status: run.state.status }, events, record: { subjectKind: 'run', subjectId: run.id, incidentId: run.incidentId } }
  },
})
