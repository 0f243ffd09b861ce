import { execute } from '#lib/platform/command.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { spoilDeployment } from './commands/spoil.ts'

export const reactions = [
  reaction({
    name: 'releases: a breach spoils a soak',
    on: 'trigger.fired',
    react: async ({ data }, { actor, options }) => {
      const { targetId, releaseId } = data as { targetId?: string; releaseId?: string | null }
      if (targetId) await execute(spoilDeployment, actor, { targetId, releaseId: releaseId ?? null }, options)
    },
  }),
]
