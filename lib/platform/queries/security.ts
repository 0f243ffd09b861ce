import { z } from 'zod'
import { mePerson } from '../me-person.ts'
import { query } from '../query.ts'
import type { SecurityView } from '../view.ts'

export const securityView = query({
  name: 'me.security',
  summary: 'Your second factors and your sessions.',
  permission: 'signed-in',
  audience: 'me',
  input: z.strictObject({}),
  async read({ db, actor }): Promise<SecurityView> {
    const me = mePerson(actor)
    const [person, factors, recoveryCodesLeft, sessions] = await Promise.all([
      db.person.findUniqueOrThrow({ where: { id: me.id }, select: { passwordHash: true } }),
      db.secondFactor.findMany({ where: { personId: me.id, confirmedAt: { not: null } }, orderBy: { createdAt: 'asc' } }),
      db.recoveryCode.count({ where: { personId: me.id, usedAt: null } }),
      db.$queryRaw<{ id: string; created_at: Date; user_agent: string }[]>`
        select s.id, s.created_at, s.user_agent from session s join person p on p.id = s.person_id
        where s.person_id = ${me.id}::uuid and s.revoked_at is null and s.expires_at > now() and (p.sessions_expired_at is null or s.created_at > p.sessions_expired_at)
        order by s.created_at desc limit 50`,
    ])
    return {
      hasPassword: person.passwordHash !== null,
      factors: factors.map(({ id, name, createdAt }) => ({ id, name, addedAt: createdAt.toISOString() })),
      recoveryCodesLeft,
      sessions: sessions.map(({ id, created_at, user_agent }) => ({ id, since: created_at.toISOString(), browser: user_agent, mine: id === me.sessionId })),
    }
  },
  touches: { 'factor.changed': () => ({}), 'factor.proven': () => ({}), 'session.ended': () => ({}) },
})
