import { execute } from '#lib/platform/command.ts'
import { isFault } from '#lib/platform/fault.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { finishDeployment } from '#lib/releases/commands/finish-deployment.ts'
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
]
