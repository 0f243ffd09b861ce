import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadExceptionForUpdate } from '../load.ts'
import { reasonSchema } from '../model.ts'

export const clearException = command({
  name: 'exception.clear',
  summary: 'Say that what was left abnormal has been put right, and how.',
  permission: 'incident.change',
  input: z.strictObject({ exceptionId: z.uuid(), how: reasonSchema.describe('What was done, or how you know') }),
  load: ({ tx }, { exceptionId }) => loadExceptionForUpdate(tx, exceptionId),

  async run({ tx, actor, now }, { exceptionId, how }, exception) {
    const version = exception.version + 1
    const { count } = await tx.exception.updateMany({ where: { id: exceptionId, clearedAt: null, version: exception.version }, data: { clearedAt: now, clearedBy: actor.id, clearedHow: how, version } })
    if (count === 0) throw new Fault('conflict', 'it has been put right already')
    return {
      result: { exceptionId },
      events: [{ name: 'exception.changed', subject: exceptionId, version, incidentId: exception.incidentId, data: { environmentId: exception.environmentId, cleared: true } }],
      record: { incidentId: exception.incidentId, payload: { what: exception.what } },
    }
  },
})
