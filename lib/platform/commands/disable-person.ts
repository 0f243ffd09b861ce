import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { projectOf } from '../project.ts'

export const disablePerson = command({
  name: 'person.disable',
  summary: 'End a person’s access: their sessions end at the next request, their open votes no longer count.',
  permission: 'people.manage',
  stepUp: 'project',
  input: z.strictObject({ personId: z.uuid(), reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx, actor }, { personId }) {
    const projectId = await projectOf(tx, actor)
    const person = await tx.person.findFirst({ where: { id: personId, grants: { some: { projectId } } } })
    if (!person) throw new Fault('not_found', 'there is no such person here')
    return { subject: person, scope: { projectId } }
  },

  async run({ tx, actor, now }, { personId }) {
    if (actor.id === personId) throw new Fault('conflict', 'nobody ends their own access; ask another administrator')
    const { count } = await tx.person.updateMany({ where: { id: personId, disabledAt: null }, data: { disabledAt: now } })
    if (count === 0) throw new Fault('conflict', 'their access has ended already')
    await tx.session.updateMany({ where: { personId, revokedAt: null }, data: { revokedAt: now } })
    return { result: { personId }, events: [{ name: 'person.disabled', subject: personId, version: 1 }], record: { subjectKind: 'person', subjectId: personId } }
  },
})
