import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { mePerson } from '../me-person.ts'
import { projectOf } from '../project.ts'

export const removeFactor = command({
  name: 'factor.remove',
  summary: 'Remove a second factor of yours. With the last one go the recovery codes.',
  permission: 'signed-in',
  stepUp: 'own',
  input: z.strictObject({ factorId: z.uuid() }),

  async load({ tx, actor }, { factorId }) {
    const me = mePerson(actor)
    const factor = await tx.secondFactor.findFirst({ where: { id: factorId, personId: me.id } })
    if (!factor) throw new Fault('not_found', 'there is no such second factor of yours')
    return { subject: { me, factor }, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx }, _input, { me, factor }) {
    await tx.secondFactor.deleteMany({ where: { id: factor.id } })
    if ((await tx.secondFactor.count({ where: { personId: me.id, confirmedAt: { not: null } } })) === 0) await tx.recoveryCode.deleteMany({ where: { personId: me.id } })
    return { result: { factorId: factor.id }, events: [{ name: 'factor.changed', subject: me.id, version: 3 }], record: { subjectKind: 'factor', subjectId: factor.id, payload: { name: factor.name } } }
  },
})
