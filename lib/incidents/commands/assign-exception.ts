import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadExceptionForUpdate } from '../load.ts'
import { exceptionMostDays } from '../model.ts'

export const assignException = command({
  name: 'exception.assign',
  summary: 'Say whose it is to put right what was left abnormal, and until when.',
  permission: 'incident.change',
  input: z.strictObject({
    exceptionId: z.uuid(),
    ownerId: z.uuid().describe('A person of this project'),
    expiresAt: z.iso.datetime({ offset: true, error: 'a moment, as 2026-12-01T10:00:00Z' }).describe('Until when it may stay as it is'),
  }),
  load: ({ tx }, { exceptionId }) => loadExceptionForUpdate(tx, exceptionId),

  async run({ tx, now }, { exceptionId, ownerId, expiresAt }, exception) {
    const refuse = (field: string, message: string): Fault => new Fault('invalid', `${field}: ${message}`, { fields: [{ field, message }] })
    if (exception.clearedAt) throw new Fault('conflict', 'it has been put right already')
    const until = new Date(expiresAt)
    if (until <= now) throw refuse('expiresAt', 'this moment is over; name one that is to come')
    if (until.getTime() > now.getTime() + exceptionMostDays * 86_400_000) throw refuse('expiresAt', `at most ${exceptionMostDays} days from now; what stays longer is no exception`)
    const owner = await tx.person.findFirst({ where: { id: ownerId, disabledAt: null, grants: { some: { projectId: exception.projectId } } }, select: { name: true } })
    if (!owner) throw refuse('ownerId', 'nobody of this project has this id')
    const version = exception.version + 1
    const { count } = await tx.exception.updateMany({ where: { id: exceptionId, version: exception.version }, data: { ownerId, expiresAt: until, version } })
    if (count === 0) throw new Fault('conflict', 'somebody changed this first; look again')
    return {
      result: { exceptionId },
      events: [{ name: 'exception.changed', subject: exceptionId, version, incidentId: exception.incidentId, data: { environmentId: exception.environmentId, cleared: false } }],
      record: { incidentId: exception.incidentId, payload: { what: exception.what, owner: owner.name } },
    }
  },
})
