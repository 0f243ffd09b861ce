import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { query } from '#lib/platform/query.ts'
import type { NotificationView } from '../view.ts'

const any = (): object => ({})

export const notificationMine = query({
  name: 'notification.mine',
  summary: 'What you were told: unseen first, then the newest 50.',
  audience: 'me',
  permission: 'signed-in',
  input: z.strictObject({}),
  async read({ db, actor, scopes }): Promise<NotificationView[]> {
    const person = personId(actor)
    if (!person) return []
    const rows = await db.notification.findMany({ where: { personId: person, projectId: { in: [...scopes.projects] } }, orderBy: [{ seenAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }, { id: 'desc' }], take: 50 })
    return rows.map((row) => ({ id: row.id, topic: row.topic, title: row.title, url: row.url, kind: row.kind as NotificationView['kind'], createdAt: row.createdAt.toISOString(), seenAt: row.seenAt?.toISOString() ?? null }))
  },
  touches: { 'notification.created': any, 'notification.seen': any },
})
