import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OperationName } from '#lib/client/routes.ts'
import type { Actor } from '#lib/platform/actor.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import type { Role } from '#lib/platform/may.ts'
import { codeAt, stepOf } from '#lib/platform/rules/totp.ts'
import { assertSecretsOpen, seal, unseal } from '#lib/platform/secrets.ts'
import { actorOfSession, hashPassword, openSession, personOf } from '#lib/platform/session.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { Answer } from '#tests/support/http.ts'
import { bySession, send } from '#tests/support/http.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedWorld } from '#tests/support/world.ts'

/* What somebody can do who has another's cookie, and what they cannot. */

type Person = Extract<Actor, { kind: 'person' }>

let world: World
beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

interface Enrolled {
  person: Person
  secret: Buffer
  recoveryCodes: string[]
}

const fromBase32 = (text: string): Buffer =>
  Buffer.from(([...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))

/** Somebody with a second factor, added through the API as a person would. */
async function enrolled(roles: readonly Role[]): Promise<Enrolled> {
  const person = await seedPerson(world.projectId, roles)
  const begun = await send('factor.enrol', bySession(person), { name: 'my phone' })
  const secret = fromBase32(String(begun.body['secret']))
  const confirmed = await send('factor.confirm', bySession(person), { factorId: String(begun.body['factorId']), code: codeAt(secret, stepOf(Date.now())) })
  expect(confirmed.status, confirmed.text).toBe(200)
  return { person, secret, recoveryCodes: confirmed.body['recoveryCodes'] as string[] }
}

/** The step that comes next and counts already: the present one was used to confirm. */
const nextCode = (secret: Buffer): string => codeAt(secret, stepOf(Date.now()) + 1n)
const wrongCode = (secret: Buffer): string => {
  const right = new Set([-2n, -1n, 0n, 1n, 2n].map((off) => codeAt(secret, stepOf(Date.now()) + off)))
  return Array.from({ length: 10 }, (_, n) => String(n).repeat(6)).find((code) => !right.has(code)) as string
}
const sql = (text: string, ...values: unknown[]): Promise<unknown> => pool().query(text, values)
const forgetProof = (sessionId: string): Promise<unknown> => sql('update session set proven_at = null where id = $1', sessionId)
const prove = ({ person }: Enrolled, code: string): Promise<Answer> => send('factor.prove', bySession(person), { code })

describe('what counts asks for a second factor', () => {
  const id = newId()
  const cases: [OperationName, Role, Record<string, unknown>, number][] = [
    ['policy.apply', 'admin', { document: { v: 1 }, reason: 'because of a test' }, 200],
    ['token.create', 'admin', { name: 'ci', scopes: ['release.read'] }, 201],
    ['person.add', 'admin', { email: `${id}@example.test`, name: 'New', grants: [{ role: 'viewer' }] }, 201],
    ['step-up.require', 'admin', { of: 'enrolled' }, 200],
  ]
  test.each(cases)('%s: refused without, refused after five minutes, refused in another session, done with it, with the same key', async (name, role, input, done) => {
    const one = await enrolled([role])
    const key = `${name}-${id}`
    const keyed = (person: Person) => ({ headers: async (...request: [string, string, string]) => ({ ...(await bySession(person).headers(...request)), 'idempotency-key': key }) })
    const refused = { status: 403, code: 'step_up_required', enrolled: true }
    await forgetProof(one.person.sessionId)
    expect((await send(name, keyed(one.person), input)).body).toMatchObject(refused)
    await sql(`update session set proven_at = now() - interval '301 seconds' where id = $1`, one.person.sessionId)
    expect((await send(name, keyed(one.person), input)).body).toMatchObject(refused)
    expect((await prove(one, nextCode(one.secret))).status).toBe(200)
    const elsewhere = { ...one.person, sessionId: await openSession(one.person.id, 'elsewhere') }
    expect((await send(name, keyed(elsewhere), input)).body).toMatchObject(refused)
    const answer = await send(name, keyed(one.person), input)
    expect(answer.status, answer.text).toBe(done)
    expect(await db().auditRecord.count({ where: { actorId: one.person.id, action: `denied:${name}` } })).toBe(3)
  })

  test.each(['approval.vote', 'step.approve', 'run.start', 'update.publish', 'policy.apply', 'person.add', 'person.disable', 'token.create', 'factor.reset', 'step-up.require'] as const)('%s says so of itself', async (name) => {
    const { commands } = await import('#lib/wiring.ts')
    expect(commands[name]).toMatchObject({ stepUp: 'project' })
  })

  test('who has none is not asked, until the project asks everybody', async () => {
    const admin = await seedPerson(world.projectId, ['admin'])
    const input = { name: 'ci', scopes: ['release.read'] }
    expect((await send('token.create', bySession(admin), input)).status).toBe(201)
    await sql(`update project set step_up = 'everyone' where id = $1`, world.projectId)
    try {
      expect((await send('token.create', bySession(admin), input)).body).toMatchObject({ status: 403, code: 'step_up_required', enrolled: false })
      expect((await send('factor.enrol', bySession(admin), { name: 'my phone' })).status).toBe(201)
    } finally {
      await sql(`update project set step_up = 'enrolled' where id = $1`, world.projectId)
    }
  })

  test('an update is published only with it', async () => {
    const one = await enrolled(['spokesperson'])
    await forgetProof(one.person.sessionId)
    const { id: incidentId } = await seedIncident(world)
    const drafted = await send('update.draft', bySession(world.people.responder), { incidentId, audience: 'support', phase: 'investigating', text: 'We are looking into it.' })
    expect(drafted.status, drafted.text).toBe(201)
    expect((await send('update.publish', bySession(one.person), { updateId: drafted.body['updateId'], textDigest: digestOf('x') })).body).toMatchObject({ code: 'step_up_required' })
  })
})

describe('a code', () => {
  let one: Enrolled
  beforeEach(async () => {
    one = await enrolled(['admin'])
    await forgetProof(one.person.sessionId)
  })

  test('B07: counts once in its window, also where two come at once', async () => {
    const code = nextCode(one.secret)
    const answers = await Promise.all([prove(one, code), prove(one, code)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await prove(one, code)).body).toMatchObject({ status: 401 })
  })

  test('B07: the one that confirmed the app proves nothing more', async () => {
    expect((await prove(one, codeAt(one.secret, stepOf(Date.now())))).status).toBe(401)
  })

  test('B08: of twenty guesses at once five are looked at; then the right one is not either, until five minutes are over', async () => {
    const wrong = wrongCode(one.secret)
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => prove(one, wrong)))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(15)
    expect((await prove(one, nextCode(one.secret))).body).toMatchObject({ status: 429 })
    await sql(`update factor_guess set since = now() - interval '301 seconds' where person_id = $1`, one.person.id)
    expect((await prove(one, nextCode(one.secret))).status).toBe(200)
  })

  test('a recovery code works once, however it is written', async () => {
    const [code = ''] = one.recoveryCodes
    expect(one.recoveryCodes).toHaveLength(10)
    expect((await prove(one, code.toLowerCase().replaceAll('-', ' '))).status).toBe(200)
    expect((await prove(one, code)).status).toBe(401)
  })

  test('neither it nor the secret is in a record, an answer kept for its key, or the database in clear', async () => {
    const code = nextCode(one.secret)
    await prove(one, code)
    const { rows } = await pool().query<{ held: string }>(`select string_agg(t::text, ' ') as held from (select payload::text from record_payload union all select response::text from idempotency_key union all select secret from second_factor) t`)
    const held = rows[0]?.held ?? ''
    expect(held).toContain('v1.')
    for (const secret of [`"${code}"`, one.secret.toString('base64'), one.secret.toString('hex'), ...one.recoveryCodes]) expect(held).not.toContain(secret)
  })
})

describe('a second factor', () => {
  test('is not added by somebody who has the cookie and not the password', async () => {
    const person = await seedPerson(world.projectId, ['viewer'])
    await db().person.update({ where: { id: person.id }, data: { passwordHash: await hashPassword('the right password') } })
    expect((await send('factor.enrol', bySession(person), { name: 'theirs' })).body).toMatchObject({ status: 422, fields: [{ field: 'password' }] })
    expect((await send('factor.enrol', bySession(person), { name: 'theirs', password: 'the wrong password' })).status).toBe(422)
    expect((await send('factor.enrol', bySession(person), { name: 'mine', password: 'the right password' })).status).toBe(201)
  })

  test('is neither removed nor joined by another without being given', async () => {
    const one = await enrolled(['viewer'])
    await forgetProof(one.person.sessionId)
    const factor = await db().secondFactor.findFirstOrThrow({ where: { personId: one.person.id } })
    expect((await send('factor.remove', bySession(one.person), { factorId: factor.id })).body).toMatchObject({ code: 'step_up_required' })
    expect((await send('factor.enrol', bySession(one.person), { name: 'another' })).body).toMatchObject({ code: 'step_up_required' })
  })

  test('of somebody else is not there', async () => {
    const one = await enrolled(['viewer'])
    const factor = await db().secondFactor.findFirstOrThrow({ where: { personId: one.person.id } })
    expect((await send('factor.remove', bySession(await seedPerson(world.projectId, ['admin'])), { factorId: factor.id })).status).toBe(404)
  })

  test('that was lost is taken away by an administrator, never by oneself, and sessions end with it', async () => {
    const one = await enrolled(['admin'])
    const input = { personId: one.person.id, reason: 'the phone fell into the harbour' }
    expect((await send('factor.reset', bySession(one.person), input)).status).toBe(409)
    expect((await send('factor.reset', bySession(world.people.admin), input)).status).toBe(200)
    expect((await send('me.view', bySession(one.person))).status).toBe(401)
    expect(await db().secondFactor.count({ where: { personId: one.person.id } })).toBe(0)
  })

  test('opens in its own row and column, with its own key, and not where one bit is another', async () => {
    const place = { table: 'second_factor', row: newId(), column: 'secret' }
    const sealed = seal('the secret', place)
    expect(unseal(sealed, place)).toBe('the secret')
    for (const other of [{ ...place, row: newId() }, { ...place, column: 'name' }, { ...place, table: 'person' }]) expect(() => unseal(sealed, other)).toThrow()
    const parts = sealed.split('.')
    for (const part of [1, 2, 3]) expect(() => unseal(parts.map((text, at) => (at === part ? `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}` : text)).join('.'), place)).toThrow()
    await assertSecretsOpen()
    await sql(`update setting set value = to_jsonb($1::text) where name = 'secrets-probe'`, seal('it opens', place))
    await expect(assertSecretsOpen()).rejects.toThrow(/SECRETS_KEY is not the key/)
  })
})

describe('a session', () => {
  const rows: [string, (person: Person) => Promise<unknown>][] = [
    ['B13: was ended', (person) => send('session.end', bySession(person), { sessionId: person.sessionId })],
    ['B13: was signed out everywhere', (person) => send('session.end-all', bySession(person))],
    ['B13: was ended by an administrator', (person) => send('person.sign-out', bySession(world.people.admin), { personId: person.id, reason: 'because of a test' })],
    ['B13: is somebody’s whose access ended', (person) => send('person.disable', bySession(world.people.admin), { personId: person.id, reason: 'because of a test' })],
    ['B14: was used a moment ago, and ended since', async (person) => {
      await sql('update session set last_seen_at = now() where id = $1', person.sessionId)
      await send('session.end-all', bySession(person))
    }],
    ['was used by nobody for half an hour', (person) => sql(`update session set last_seen_at = now() - interval '30 minutes 1 second' where id = $1`, person.sessionId)],
    ['is twelve hours old, however much it was used', (person) => sql('update session set expires_at = now(), last_seen_at = now() where id = $1', person.sessionId)],
  ]
  test.each(rows)('%s: 401 at the next request, and for an open socket’s next look', async (_name, end) => {
    const person = await seedPerson(world.projectId, ['viewer'])
    expect((await send('me.view', bySession(person))).status).toBe(200)
    await end(person)
    expect((await send('me.view', bySession(person))).status).toBe(401)
    expect(await actorOfSession(person.sessionId)).toBeNull()
  })

  test('B13: keeps no right that was taken', async () => {
    const person = await seedPerson(world.projectId, ['auditor'])
    expect((await send('record.list', bySession(person))).status).toBe(200)
    await db().grant.deleteMany({ where: { personId: person.id } })
    expect((await send('record.list', bySession(person))).status).toBe(403)
  })

  test('B15: begins, ends and is counted by the database’s clock', async () => {
    const person = await seedPerson(world.projectId, ['viewer'])
    const { useFakeTimers, useRealTimers } = (await import('vitest')).vi
    useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 })
    try {
      const sessionId = await openSession(person.id, 'a slow clock')
      expect((await send('session.end-all', bySession({ ...person, sessionId }))).status).toBe(200)
      expect(await actorOfSession(sessionId)).toBeNull()
    } finally {
      useRealTimers()
    }
    expect(await actorOfSession(await openSession(person.id, 'later'))).not.toBeNull()
  })

  test('B17: has an id that nobody could choose before', async () => {
    expect(await personOf('knowngood.session=chosen-before')).toBeNull()
    const person = await seedPerson(world.projectId, ['viewer'])
    expect(await openSession(person.id, '')).not.toBe(person.sessionId)
  })

  test('that is in use stays; the list shows it, and those that ended not', async () => {
    const person = await seedPerson(world.projectId, ['viewer'])
    await sql(`update session set last_seen_at = now() - interval '29 minutes' where id = $1`, person.sessionId)
    expect((await send('me.view', bySession(person))).status).toBe(200)
    const { rows: seen } = await pool().query<{ recent: boolean }>(`select last_seen_at > now() - interval '10 seconds' as recent from session where id = $1`, [person.sessionId])
    expect(seen[0]?.recent).toBe(true)
    const other = await openSession(person.id, 'a phone')
    await send('session.end', bySession(person), { sessionId: other })
    expect((await send('me.security', bySession(person))).body['sessions']).toMatchObject([{ id: person.sessionId, mine: true }])
  })

  test('of somebody else is not there to be ended', async () => {
    const [one, two] = [await seedPerson(world.projectId, ['viewer']), await seedPerson(world.projectId, ['admin'])]
    expect((await send('session.end', bySession(two), { sessionId: one.sessionId })).status).toBe(404)
  })
})
