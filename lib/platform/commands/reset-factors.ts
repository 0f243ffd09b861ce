import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { projectOf } from '../project.ts'
import { endSessions } from '../step-up.ts'

export const resetFactors = command({
  name: 'factor.reset',
  summary: 'Take a person’s second factors away because they lost them: their sessions end, and they add a new one after signing in.',
  permission: 'people.manage',
  stepUp: 'project',
  input: z.strictObject({ personId: z.uuid(), reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),

  async load({ tx, actor }, { personId }) {
    const projectId = await projectOf(tx, actor)
    const person = await tx.person.findFirst({ where: { id: personId, grants: { some: { projectId } } } })
    if (!person) throw new Fault('not_found', 'there is no such person here')
    return { subject: person, scope: { projectId } }
  },

  async run({ tx, actor }, { personId }) {
    if (actor.id === personId) throw new Fault('conflict', 'nobody resets their own; ask another administrator, or use a recovery code')
    const { count } = await tx.secondFactor.deleteMany({ where: { personId } })
    if (count === 0) throw new Fault('conflict', 'they have no second factor')
    await tx.recoveryCode.deleteMany({ where: { personId } })
    await endSessions(tx, personId)
    return { result: { personId }, events: [{ name: 'factor.changed', subject: personId, version: 4 }], record: { subjectKind: 'person', subjectId: personId } }
  },
})
