import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { mePerson } from '../me-person.ts'
import { projectOf } from '../project.ts'
import { endSessions } from '../step-up.ts'

export const endSession = command({
  name: 'session.end',
  summary: 'End one session of yours: its next request is refused, its open pages within five seconds.',
  permission: 'signed-in',
  input: z.strictObject({ sessionId: z.uuid() }),

  async load({ tx, actor }, { sessionId }) {
    const me = mePerson(actor)
    const session = await tx.session.findFirst({ where: { id: sessionId, personId: me.id } })
    if (!session) throw new Fault('not_found', 'there is no such session of yours')
    return { subject: me, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx, now }, { sessionId }, me) {
    const { count } = await tx.session.updateMany({ where: { id: sessionId, revokedAt: null }, data: { revokedAt: now } })
    if (count === 0) throw new Fault('conflict', 'it has ended already')
    return { result: { sessionId }, events: [{ name: 'session.ended', subject: me.id, version: 1 }], record: { subjectKind: 'session', subjectId: sessionId } }
  },
})

export const endAllSessions = command({
  name: 'session.end-all',
  summary: 'Sign out everywhere, here too.',
  permission: 'signed-in',
  input: z.strictObject({}),

  async load({ tx, actor }) {
    const me = mePerson(actor)
    return { subject: me, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx }, _input, me) {
    await endSessions(tx, me.id)
    return { result: { personId: me.id }, events: [{ name: 'session.ended', subject: me.id, version: 2 }], record: { subjectKind: 'person', subjectId: me.id } }
  },
})

export const signPersonOut = command({
  name: 'person.sign-out',
  summary: 'End all of a person’s sessions. They may sign in again.',
  permission: 'people.manage',
  input: z.strictObject({ personId: z.uuid(), reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx, actor }, { personId }) {
    const projectId = await projectOf(tx, actor)
    const person = await tx.person.findFirst({ where: { id: personId, grants: { some: { projectId } } } })
    if (!person) throw new Fault('not_found', 'there is no such person here')
    return { subject: person, scope: { projectId } }
  },

  async run({ tx }, { personId }) {
    await endSessions(tx, personId)
    return { result: { personId }, events: [{ name: 'session.ended', subject: personId, version: 3 }], record: { subjectKind: 'person', subjectId: personId } }
  },
})
