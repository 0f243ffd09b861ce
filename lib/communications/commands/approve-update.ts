import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadUpdateForUpdate } from '../load.ts'
import { digestSchema } from '../model.ts'
import { changeUpdate, refuseOtherText } from './change-update.ts'

export const approveUpdate = command({
  name: 'update.approve',
  summary: 'Approve exactly this text. Only a spokesperson may.',
  permission: 'update.publish',
  input: z.strictObject({ updateId: z.uuid(), textDigest: digestSchema }),
  load: ({ tx }, { updateId }) => loadUpdateForUpdate(tx, updateId),

  async run(context, { textDigest }, update) {
    const person = personId(context.actor)
    if (!person) throw new Fault('forbidden', 'a person approves what is said')
    refuseOtherText(update, textDigest)
    if (update.status !== 'draft') throw new Fault('conflict', `the update is ${update.status}; only a draft can be approved`, { status: update.status })
    return changeUpdate(context, update, { status: 'approved', approvedBy: person })
  },
})
