import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

export const seeNotification = command({
  name: 'notification.see',
  summary: 'Say that you have seen what you were told.',
  permission: 'signed-in',
  input: z.strictObject({ notificationId: z.uuid() }),

  async load({ tx, actor }, { notificationId }) {
    const person = personId(actor)
    const notification = person ? await tx.notification.findFirst({ where: { id: notificationId, personId: person } }) : null
    // Another person's is as absent as one that never was.
    if (!notification) throw new Fault('not_found', 'you were told no such thing')
    return { subject: notification, scope: { projectId: notification.projectId } }
  },

  async run({ tx, now }, { notificationId }, notification) {
    const { count } = await tx.notification.updateMany({ where: { id: notificationId, seenAt: null }, data: { seenAt: now } })
    if (count === 0) return { result: { seenAt: (notification.seenAt ?? now).toISOString() }, events: [] }
    return {
      result: { seenAt: now.toISOString() },
      events: [{ name: 'notification.seen', subject: notificationId, version: 2, incidentId: notification.incidentId, data: { personId: notification.personId } }],
      record: { subjectKind: 'notification', subjectId: notificationId, incidentId: notification.incidentId, payload: { topic: notification.topic } },
    }
  },
})
