import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '#tests/support/database.ts'
import type { Actor } from './actor.ts'
import { anonymous } from './actor.ts'
import { command, execute } from './command.ts'
import { db } from './db.ts'
import { Fault } from './fault.ts'
import type { Role } from './may.ts'
import { endOfOutbox, eventsAfter } from './relay.ts'

const projectId = randomUUID()
const person = (role: Role, project = projectId): Actor => ({ kind: 'person', id: randomUUID(), name: role, email: `${role}@x.test`, sessionId: randomUUID(), grants: [{ role, projectId: project, teamId: null, serviceId: null, environmentId: null }] })
const admin = person('admin')
let urls: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  urls = await freshDatabase()
  await db().project.create({ data: { id: projectId, slug: 'default', name: 'Default', createdAt: new Date() } })
})

/** A small real write: a team with a name. */
const nameTeam = command({
  name: 'team.name',
  summary: 'Name a team.',
  permission: 'catalog.write',
  input: z.strictObject({ slug: z.string().min(1), fail: z.boolean().default(false) }),
  load: async () => ({ subject: null, scope: { projectId } }),
  async run({ tx, newId }, { slug, fail }) {
    const id = newId()
    await tx.team.create({ data: { id, projectId, slug, name: slug } })
    if (fail) throw new Fault('conflict', 'changed our mind')
    if (slug === 'mine-alone') throw new Fault('forbidden', 'this one is not yours')
    return { result: { id }, events: [{ name: 'team.named', subject: id, version: 1, data: { slug } }] }
  },
})

const counts = async (): Promise<number[]> => Promise.all([db().team.count(), db().auditRecord.count({ where: { action: 'team.name' } }), db().outbox.count()])

describe('a command', () => {
  test('commits the change, its record and its event together', async () => {
    const before = await endOfOutbox()
    const { id } = await execute(nameTeam, admin, { slug: 'payments' })
    expect(await counts()).toEqual([1, 1, 1])
    const { events } = await eventsAfter(before, 10)
    expect(events).toMatchObject([{ name: 'team.named', subject: id, subjectVersion: 1, projectId, data: { slug: 'payments' } }])
    const record = await db().auditRecord.findFirstOrThrow({ where: { action: 'team.name' } })
    const payload = await db().recordPayload.findUniqueOrThrow({ where: { recordId: record.id } })
    expect(record).toMatchObject({ actorId: admin.id, subjectKind: 'team', subjectId: id })
    expect(payload.payload).toEqual({ input: { slug: 'payments', fail: false } })
  })

  test('leaves nothing where it fails half-way', async () => {
    const before = await counts()
    await expect(execute(nameTeam, admin, { slug: 'half', fail: true })).rejects.toMatchObject({ code: 'conflict' })
    expect(await counts()).toEqual(before)
  })

  test.each([
    ['nobody', anonymous, 'unauthenticated'],
    ['a viewer', person('viewer'), 'forbidden'],
    ['an administrator of another project', person('admin', randomUUID()), 'not_found'],
  ] as const)('refuses %s, changes nothing and records the denial', async (_who, actor, code) => {
    const before = await counts()
    const denials = await db().auditRecord.count({ where: { action: 'denied:team.name' } })
    await expect(execute(nameTeam, actor, { slug: 'denied' })).rejects.toMatchObject({ code })
    expect(await counts()).toEqual(before)
    expect(await db().auditRecord.count({ where: { action: 'denied:team.name' } })).toBe(denials + 1)
  })

  test('records a refusal by a rule of its own as a denial too', async () => {
    const before = await counts()
    await expect(execute(nameTeam, admin, { slug: 'mine-alone' })).rejects.toMatchObject({ code: 'forbidden', message: 'this one is not yours' })
    expect(await counts()).toEqual(before)
    const denial = await db().auditRecord.findFirstOrThrow({ where: { action: 'denied:team.name' }, orderBy: { at: 'desc' } })
    expect(denial).toMatchObject({ actorId: admin.id, subjectId: 'team.name' })
  })

  test.each([
    [{ slug: '' }, 'slug'],
    [{ slug: 'x', projectId: 'y' }, 'projectId'],
    [{}, 'slug'],
  ])('names the wrong field of %j', async (input, field) => {
    await expect(execute(nameTeam, admin, input as never)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
  })

  test('with the same key answers the same and happens once, also at the same time', async () => {
    const before = await counts()
    const idempotencyKey = randomUUID()
    const answers = await Promise.all(Array.from({ length: 5 }, () => execute(nameTeam, admin, { slug: 'once' }, { idempotencyKey })))
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
    expect((await counts())[0]).toBe((before[0] ?? 0) + 1)
    await expect(execute(nameTeam, admin, { slug: 'other' }, { idempotencyKey })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('as a reaction happens at most once an event', async () => {
    const reaction = { name: 'test', eventId: randomUUID() }
    const before = await counts()
    await Promise.all(Array.from({ length: 4 }, () => execute(nameTeam, admin, { slug: 'reacted' }, { reaction })))
    expect((await counts())[0]).toBe((before[0] ?? 0) + 1)
  })
})

test('events of a transaction that began earlier and commits later are not missed', async () => {
  const slow = new pg.Client({ connectionString: urls.databaseUrl })
  await slow.connect()
  let cursor = await endOfOutbox()
  await slow.query('begin')
  await slow.query(`insert into outbox (event_id, project_id, v, name, subject, subject_version, data, at) values ($1, $2, 1, 'slow.one', 's', 1, '{}', now())`, [randomUUID(), projectId])
  await execute(nameTeam, admin, { slug: 'quick' })
  const during = await eventsAfter(cursor, 10)
  expect(during.events).toEqual([])
  cursor = during.cursor
  await slow.query('commit')
  await slow.end()
  // A transaction of another file on the same server may hold them back for a moment.
  await expect.poll(async () => (await eventsAfter(cursor, 10)).events.map((event) => event.name), { timeout: 15_000 }).toEqual(['slow.one', 'team.named'])
})

describe('history', () => {
  test.each([
    ['the application role', () => urls.databaseUrl],
    ['the owner', () => urls.migrateUrl],
  ])('cannot be edited by %s', async (_who, url) => {
    const client = new pg.Client({ connectionString: url() })
    await client.connect()
    for (const sql of ['update record set action = action', 'delete from record', 'truncate record', 'update record_leaf set leaf_hash = leaf_hash', 'delete from record_leaf', `update release set version = '9'`, 'update criteria_revision set reason = reason']) {
      await expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' })
    }
    await client.end()
  })

  test('is out of reach for the public role, drafts and people too', async () => {
    const client = new pg.Client({ connectionString: urls.publicUrl })
    await client.connect()
    for (const table of ['record', 'incident_update', 'person', 'session', 'step', 'outbox', 'machine_token']) await expect(client.query(`select 1 from ${table}`), table).rejects.toMatchObject({ code: '42501' })
    await expect(client.query('select 1 from public_update')).resolves.toBeTruthy()
    await client.end()
  })
})
