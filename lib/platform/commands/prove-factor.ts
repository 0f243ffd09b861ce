import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { mePerson } from '../me-person.ts'
import { projectOf } from '../project.ts'
import { markProven, recoveryHash, takeCode } from '../step-up.ts'

export const proveFactor = command({
  name: 'factor.prove',
  summary: 'Prove that it is you: a code of your authenticator app, or a recovery code. Counts for five minutes, in this session.',
  permission: 'signed-in',
  guesses: true,
  secret: ['code'],
  input: z.strictObject({ code: z.string().trim().min(6).max(40).describe('Six digits, or one recovery code') }),

  async load({ tx, actor }) {
    const me = mePerson(actor)
    return { subject: me, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx, now }, { code }, me) {
    const factors = await tx.secondFactor.findMany({ where: { personId: me.id, confirmedAt: { not: null } } })
    if (factors.length === 0) throw new Fault('conflict', 'you have no second factor yet; add one first')
    const by = /^\d{6}$/.test(code) ? await byApp() : await byRecoveryCode()
    if (!by) throw new Fault('unauthenticated', 'this code is not right, or it was used already')
    await markProven(tx, me)
    return { result: { by }, events: [{ name: 'factor.proven', subject: me.id, version: 1 }], record: { subjectKind: 'person', subjectId: me.id, payload: { by } } }

    async function byApp(): Promise<string | null> {
      for (const factor of factors) if (await takeCode(tx, factor, code, now)) return factor.name
      return null
    }

    async function byRecoveryCode(): Promise<string | null> {
      const { count } = await tx.recoveryCode.updateMany({ where: { personId: me.id, codeHash: recoveryHash(code), usedAt: null }, data: { usedAt: now } })
      return count === 1 ? 'recovery code' : null
    }
  },
})
