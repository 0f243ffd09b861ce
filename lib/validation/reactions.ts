import { execute } from '#lib/platform/command.ts'
import { reaction } from '#lib/platform/reactions.ts'
import { takeBaselineBefore } from './commands/take-baseline-before.ts'

export const reactions = [
  reaction({
    name: 'validation: keep what was measured before an unannounced change',
    on: 'target.observed',
    async react(event, { actor, options }) {
      const appeared = event.data['appeared']
      if (!Array.isArray(appeared) || appeared.length === 0) return
      await execute(takeBaselineBefore, actor, { targetId: event.subject, appearedAt: event.at.toISOString() }, options)
    },
  }),
]
