import { execute } from '#lib/platform/command.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { executeDeployment } from './commands/execute-deployment.ts'

export const reactions = [
  reaction({
    name: 'orchestration: carry out a requested deployment',
    on: 'deployment.requested',
    react: async (event, { actor, options }) => void (await execute(executeDeployment, actor, { deploymentId: event.subject }, options)),
  }),
]
