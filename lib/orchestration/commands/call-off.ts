import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { quarantinedAmong } from '#lib/releases/queries/quarantined.ts'
import { loadRunForUpdate } from '../load-run.ts'
import { isOver } from '../rules/run-state.ts'
import { changeRun } from './change-run.ts'

/** Internal: what is being brought out turns out to be bad. What agents hold is told to stop; what was switched already is left to a rollback. */
export const callOffDeployment = command({
  name: 'run.call-off',
  summary: 'End a deployment that is at work because its release has been quarantined.',
  permission: 'run.steer',
  input: z.strictObject({ runId: z.uuid() }),
  load: ({ tx }, { runId }) => loadRunForUpdate(tx, runId),

  async run(context, { runId }, run) {
    const nothing = { result: { calledOff: false }, events: [] }
    if (run.purpose !== 'deployment' || isOver(run.state.status)) return nothing
    const [bad] = await quarantinedAmong(context.tx, run.document.moves.map((move) => move.to.releaseId))
    if (!bad) return nothing
    const because = `called off: ${bad.sentence}`
    return { result: { calledOff: true }, events: await changeRun(context, run, [{ type: 'call-off', because }]), record: { subjectKind: 'run', subjectId: runId, payload: { because } } }
  },
})
