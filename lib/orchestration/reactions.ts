import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { isFault } from '#lib/platform/fault.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
import { callOffDeployment } from './commands/call-off.ts'
import { executeDeployment } from './commands/execute-deployment.ts'

export const reactions = [
  reaction({
    name: 'orchestration: carry out a requested deployment',
    on: 'deployment.requested',
    async react(event, { actor, options }) {
      try {
        await execute(executeDeployment, actor, { deploymentId: event.subject }, options)
      } catch (error) {
        if (!isFault(error) || error.code === 'internal' || error.code === 'unavailable') throw error
        // A refusal (something is locked, the fleet has changed) is the deployment's outcome, and whoever asked reads it there.
        await execute(finishDeployment, actor, { deploymentId: event.subject, status: 'refused', because: error.message }, options)
      }
    },
  }),
  reaction({
    name: 'orchestration: call off what brings a quarantined release',
    on: 'release.quarantined',
    async react(event, { actor }) {
      const { rows } = await pool().query<{ id: string }>(
        `select r.id from run r join plan p on p.id = r.plan_id
         where p.purpose = 'deployment' and r.status in ('running', 'paused') and p.document->'moves' @> jsonb_build_array(jsonb_build_object('to', jsonb_build_object('releaseId', $1::text)))`,
        [event.subject],
      )
      // No claim of the event: each run is called off once by its own state.
      for (const { id } of rows) await execute(callOffDeployment, actor, { runId: id })
    },
  }),
]
