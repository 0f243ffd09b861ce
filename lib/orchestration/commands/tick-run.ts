import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRunForUpdate } from '../load.ts'
import { changeRun } from './change-run.ts'

/** A wait that is over, a measurement that has its verdict: nobody reports these, so somebody has to look. */
export const tickRun = command({
  name: 'run.tick',
  summary: 'Look at a run again: what waited for a time or for a measurement goes on.',
  permission: 'run.steer',
  input: z.strictObject({ runId: z.uuid() }),
  load: ({ tx }, { runId }) => loadRunForUpdate(tx, runId),
  async run(context, _input, run) {
    if (run.status !== 'running' || !(await isDue(context.tx, run.id))) return { result: { status: run.status }, events: [] }
    const events = await changeRun(context, run)
    return { result: { status: run.status }, events, record: { subjectKind: 'run', subjectId: run.id, incidentId: run.incidentId } }
  },
})

/** Asked again under the run's lock: of two who look at the same time, one finds nothing to do. */
async function isDue(tx: Parameters<typeof loadRunForUpdate>[0], runId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    select 1 from step s left join validation v on v.id = s.validation_id
    where s.run_id = ${runId}::uuid and s.status = 'ready' and s.region_id is null
      and ((s.step_kind = 'wait' and s.not_before <= clock_timestamp()) or (s.step_kind = 'validate' and v.status = 'done')) limit 1`
  return rows.length > 0
}
