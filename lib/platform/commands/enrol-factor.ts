import { z } from 'zod'
import { command } from '../command.ts'
import { Fault } from '../fault.ts'
import { newFactorSecret } from '../id.ts'
import { mePerson } from '../me-person.ts'
import { projectOf } from '../project.ts'
import { base32, otpauthUri } from '../rules/totp.ts'
import { seal } from '../secrets.ts'
import { isPassword } from '../session.ts'
import { throttle } from '../throttle.ts'

const mostFactors = 5

export const enrolFactor = command({
  name: 'factor.enrol',
  summary: 'Begin to add an authenticator app as your second factor. Its secret is shown once; it counts once a code of it was confirmed.',
  permission: 'signed-in',
  stepUp: 'own',
  status: 201,
  secret: ['password'],
  secretAnswer: true,
  input: z.strictObject({
    name: z.string().trim().min(1).max(60).describe('How you will recognise it, like “my phone”'),
    password: z.string().max(256).optional().describe('Your password, where you have one'),
  }),

  async load({ tx, actor }) {
    const me = mePerson(actor)
    return { subject: me, scope: { projectId: await projectOf(tx, me) } }
  },

  async run({ tx, now, newId }, { name, password }, me) {
    const person = await tx.person.findUniqueOrThrow({ where: { id: me.id } })
    if (person.passwordHash) {
      // A cookie alone must not be enough to bind somebody else's phone to this person.
      if (!throttle('own password', me.id, { times: 10, perMs: 60_000 })) throw new Fault('throttled', 'too many tries; wait a minute', { retryAfter: 60 })
      if (!(await isPassword(person.passwordHash, password ?? ''))) throw new Fault('invalid', 'password: it is not yours', { fields: [{ field: 'password', message: 'it is not yours' }] })
    }
    await tx.secondFactor.deleteMany({ where: { personId: me.id, confirmedAt: null } })
    if ((await tx.secondFactor.count({ where: { personId: me.id } })) >= mostFactors) throw new Fault('conflict', `at most ${mostFactors} second factors; remove one first`)
    const id = newId()
    const secret = newFactorSecret()
    await tx.secondFactor.create({ data: { id, personId: me.id, kind: 'totp', name, secret: seal(secret.toString('base64'), { table: 'second_factor', row: id, column: 'secret' }), createdAt: now } })
    return { result: { factorId: id, secret: base32(secret), uri: otpauthUri(secret, person.email, 'Knowngood') }, events: [{ name: 'factor.changed', subject: me.id, version: 1 }], record: { subjectKind: 'factor', subjectId: id } }
  },
})
