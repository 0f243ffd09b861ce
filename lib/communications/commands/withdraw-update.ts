import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadUpdateForUpdate } from '../load.ts'
import { changeUpdate } from './change-update.ts'

export const withdrawUpdate = command({
  name: 'update.withdraw',
  summary: 'Withdraw a draft or an approved update. What was published stays said: publish a correction.',
  permission: 'update.draft',
  input: z.strictObject({ updateId: z.uuid() }),
  load: ({ tx }, { updateId }) => loadUpdateForUpdate(tx, updateId),

  async run(context, _input, update) {
    if (update.status !== 'draft' && update.status !== 'approved') {
      throw new Fault('conflict', update.status === 'published' ? 'it is published: what was said stays said; publish a correction' : 'it is withdrawn already', { status: update.status })
    }
    return changeUpdate(context, update, { status: 'withdrawn' })
  },
})
