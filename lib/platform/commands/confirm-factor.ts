import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { newRecoveryCode } from '../id.ts'
import { mePerson } from '../me-person.ts'
import { projectOf } from '../project.ts'
import { markProven, recoveryHash, takeCode } from '../step-up.ts'

const recoveryCodes = 10

export const confirmFactor = command({
  name: 'factor.confirm',
  summary: 'Confirm an authenticator app with its first code. From then on it is asked for. The first one brings recovery codes, shown once.',
  permission: 'signed-in',
  secret: ['code'],
  secretAnswer: true,
  input: z.strictObject({ factorId: z.uuid(), code: z.string().regex(/^\d{6}$/, 'six digits') }),

  async load({ tx, actor }, { factorId }) {
    const me = mePerson(actor)
    const factor = await tx.secondFactor.findFirst({ where: { id: factorId, personId: me.id } })
    if (!factor) throw new Fault('not_found', 'there is no such second factor of yours')
    return { subject: { me, factor }, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx, now, newId }, { code }, { me, factor }) {
    if (factor.confirmedAt) throw new Fault('conflict', 'this one is confirmed already')
    const first = (await tx.secondFactor.count({ where: { personId: me.id, confirmedAt: { not: null } } })) === 0
    if (!(await takeCode(tx, factor, code, now))) throw new Fault('unauthenticated', 'this code is not right; look at the newest one')
    const { count } = await tx.secondFactor.updateMany({ where: { id: factor.id, confirmedAt: null }, data: { confirmedAt: now } })
    if (count === 0) throw new Fault('conflict', 'this one is confirmed already')
    await markProven(tx, me)
    const codes = first ? Array.from({ length: recoveryCodes }, newRecoveryCode) : []
    if (first) {
      await tx.recoveryCode.deleteMany({ where: { personId: me.id } })
      await tx.recoveryCode.createMany({ data: codes.map((one) => ({ id: newId(), personId: me.id, codeHash: recoveryHash(one) })) })
    }
    return { result: { recoveryCodes: codes }, events: [{ name: 'factor.changed', subject: me.id, version: 2 }], record: { subjectKind: 'factor', subjectId: factor.id } }
  },
})
