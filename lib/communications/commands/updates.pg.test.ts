import pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedRun } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { loadStatus, statusView } from '../queries/status.ts'
import { updateList } from '../queries/updates.ts'
import type { Audience, Phase } from '../view.ts'
import { approveUpdate } from './approve-update.ts'
import { draftUpdate } from './draft-update.ts'
import { publishUpdate } from './publish-update.ts'
import { setComponents } from './set-components.ts'
import { withdrawUpdate } from './withdraw-update.ts'

let world: World
let urls: Awaited<ReturnType<typeof freshDatabase>>
let incidentId: string

beforeAll(async () => {
  urls = await freshDatabase()
  world = await seedWorld()
})

beforeEach(async () => {
  await db().publicUpdate.deleteMany()
  await db().publicComponent.deleteMany()
  incidentId = (await seedIncident(world)).id
})

const secret = 'checkout 1.5.0 lost carts of ACME'
const draft = (over: { audience?: Audience; phase?: Phase; text?: string; incidentId?: string } = {}, actor: Actor = world.people.responder): Promise<{ updateId: string; textDigest: string }> =>
  execute(draftUpdate, actor, { incidentId, audience: 'public', phase: 'investigating', text: 'We are looking into a problem.', ...over })
const approve = (given: { updateId: string; textDigest: string }, actor: Actor = world.people.spokesperson): Promise<unknown> => execute(approveUpdate, actor, given)
const publish = (given: { updateId: string; textDigest: string }, actor: Actor = world.people.spokesperson): Promise<unknown> => execute(publishUpdate, actor, given)
const tellPublic = async (over: Parameters<typeof draft>[0] = {}): Promise<void> => {
  const given = await draft(over)
  await approve(given)
  await publish(given)
}

describe('the public', () => {
  test('hears exactly what a spokesperson approved, in the same commit as its record and event', async () => {
    const given = await draft()
    expect(await loadStatus()).toMatchObject({ incidents: [] })
    await approve(given)
    expect(await loadStatus()).toMatchObject({ incidents: [] })
    await publish(given)
    expect((await loadStatus()).incidents).toMatchObject([{ id: incidentId, title: 'Problem with our service', impact: 'Partial outage', phase: 'investigating', updates: [{ text: 'We are looking into a problem.' }] }])
    for (const action of ['update.draft', 'update.approve', 'update.publish']) expect(await db().auditRecord.count({ where: { incidentId, action } }), action).toBe(1)
    expect(await db().outbox.count({ where: { incidentId, name: 'update.changed' } })).toBe(3)
    expect((await ask(updateList, world.people.viewer, { incidentId })).data).toMatchObject([{ status: 'published', author: 'responder', approvedBy: 'spokesperson', publishedBy: 'spokesperson', version: 3 }])
  })

  test('never hears a draft, whoever tries', async () => {
    const given = await draft()
    await expect(publish(given)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('approve exactly this text') })
    for (const actor of [world.people.responder, world.people.commander]) await expect(publish(given, actor)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await db().publicUpdate.count()).toBe(0)
  })

  test.each([
    ['a responder', () => world.people.responder, 'forbidden'],
    ['a commander', () => world.people.commander, 'forbidden'],
    ['an administrator', () => world.people.admin, 'forbidden'],
    ['a spokesperson of another project', () => world.stranger, 'not_found'],
    ['the product itself', () => system('test'), 'forbidden'],
  ] as const)('is not spoken to by %s, even with an approved text', async (_who, actor, code) => {
    const given = await draft()
    await expect(approve(given, actor())).rejects.toMatchObject({ code })
    await approve(given)
    await expect(publish(given, actor())).rejects.toMatchObject({ code })
    expect(await db().publicUpdate.count()).toBe(0)
  })

  test('is not told another text than the one that was shown', async () => {
    const given = await draft()
    const other = await draft({ text: `Something else: ${secret}` })
    await expect(approve({ ...given, textDigest: other.textDigest })).rejects.toMatchObject({ code: 'conflict', detail: { textDigest: given.textDigest } })
    await approve(given)
    await expect(publish({ ...given, textDigest: other.textDigest })).rejects.toMatchObject({ code: 'conflict' })
    await expect(publish(other)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('is told once, however many press at once', async () => {
    const given = await draft()
    await approve(given)
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => publish(given)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    expect(await db().publicUpdate.count()).toBe(1)
  })

  test.each([
    ['open', undefined],
    ['mitigating', 'pass'],
    ['monitoring', 'fail'],
    ['monitoring', 'no data'],
  ] as const)('is not told that it is over while %s (%s)', async (status, verdict) => {
    await db().incident.update({ where: { id: incidentId }, data: { status } })
    if (verdict) await seedRun(world, incidentId, 'succeeded', verdict)
    const given = await draft({ phase: 'resolved' })
    await approve(given)
    await expect(publish(given)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('over') })
  })

  test('is told that it is over once a validation passed', async () => {
    await db().incident.update({ where: { id: incidentId }, data: { status: 'monitoring' } })
    await seedRun(world, incidentId, 'succeeded', 'pass')
    await tellPublic({ phase: 'resolved', text: 'The problem is over.' })
    expect((await loadStatus()).incidents).toMatchObject([{ phase: 'resolved' }])
  })

  test('has no role by which it could read a draft', async () => {
    await draft({ text: secret })
    const client = new pg.Client({ connectionString: urls.publicUrl })
    await client.connect()
    await expect(client.query('select text from incident_update')).rejects.toMatchObject({ code: '42501' })
    await client.end()
    expect(JSON.stringify(await loadStatus())).not.toContain('ACME')
  })
})

describe('the parts on the status page', () => {
  const apply = (components: { name: string; services: string[] }[], actor: Actor = world.people.admin): Promise<unknown> => execute(setComponents, actor, { components })
  const states = async (): Promise<Record<string, string>> => Object.fromEntries((await loadStatus()).components.map((component) => [component.name, component.state]))

  test('follow what the public was told, and only where the incident reaches', async () => {
    await apply([{ name: 'Buying', services: ['checkout', 'payments'] }, { name: 'Browsing', services: ['storefront'] }])
    expect(await states()).toEqual({ Buying: 'operational', Browsing: 'operational' })
    await tellPublic()
    expect(await states()).toEqual({ Buying: 'degraded', Browsing: 'operational' })
    expect((await loadStatus()).overall).toBe('degraded')
    expect((await loadStatus()).incidents).toMatchObject([{ title: 'Problem with Buying', components: ['Buying'] }])
    await db().incident.update({ where: { id: incidentId }, data: { severity: 'SEV1' } })
    await tellPublic({ phase: 'identified' })
    expect(await states()).toEqual({ Buying: 'outage', Browsing: 'operational' })
    await db().incident.update({ where: { id: incidentId }, data: { status: 'resolved' } })
    await tellPublic({ phase: 'resolved' })
    expect(await states()).toEqual({ Buying: 'operational', Browsing: 'operational' })
  })

  test('stay bad while another incident says so', async () => {
    await apply([{ name: 'Buying', services: ['checkout'] }])
    await tellPublic()
    const other = await seedIncident(world, 'checkout is slow')
    await tellPublic({ incidentId: other.id })
    await db().incident.update({ where: { id: incidentId }, data: { status: 'resolved' } })
    await tellPublic({ phase: 'resolved' })
    expect(await states()).toEqual({ Buying: 'degraded' })
  })

  test('keep their state when the list is given again, and go when they are left out', async () => {
    await apply([{ name: 'Buying', services: ['checkout'] }, { name: 'Browsing', services: ['storefront'] }])
    await tellPublic()
    await apply([{ name: 'Looking', services: ['storefront'] }, { name: 'Buying', services: ['checkout'] }])
    expect((await loadStatus()).components.map((component) => [component.name, component.state])).toEqual([['Looking', 'operational'], ['Buying', 'degraded']])
    expect(await db().auditRecord.count({ where: { action: 'status.components' } })).toBeGreaterThan(1)
  })

  test('are refused with a service that does not exist, or the same name twice', async () => {
    await expect(apply([{ name: 'Buying', services: ['checkout', 'ghost'] }])).rejects.toMatchObject({ code: 'invalid', message: 'components.0.services.1: there is no service ghost' })
    await expect(apply([{ name: 'A', services: ['checkout'] }, { name: 'A', services: ['payments'] }])).rejects.toMatchObject({ code: 'invalid', message: 'components: names are unique' })
    await expect(apply([], world.people.spokesperson)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('inside the company', () => {
  test.each(['responders', 'leadership', 'support'] as const)('whoever drafts for %s may tell them, and the public hears nothing', async (audience) => {
    const given = await draft({ audience, text: secret })
    await publish(given, world.people.responder)
    expect(await db().publicUpdate.count()).toBe(0)
    expect((await ask(updateList, world.people.viewer, { incidentId })).data).toMatchObject([{ audience, status: 'published' }])
  })
})

describe('drafts', () => {
  test.each([
    ['a viewer', () => world.people.viewer, 'forbidden'],
    ['support', () => world.people.support, 'forbidden'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('are not written by %s', async (_who, actor, code) => {
    await expect(draft({}, actor())).rejects.toMatchObject({ code })
    const given = await draft()
    await expect(execute(withdrawUpdate, actor(), { updateId: given.updateId })).rejects.toMatchObject({ code })
  })

  test('can be withdrawn until they are told', async () => {
    const given = await draft()
    await execute(withdrawUpdate, world.people.responder, { updateId: given.updateId })
    await expect(approve(given)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('withdrawn') })
    await expect(execute(withdrawUpdate, world.people.responder, { updateId: given.updateId })).rejects.toMatchObject({ code: 'conflict' })
    const told = await draft()
    await approve(told)
    await publish(told)
    await expect(execute(withdrawUpdate, world.people.responder, { updateId: told.updateId })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('correction') })
  })

  test.each([
    [{ text: 'short' }, 'text: say it in a sentence'],
    [{ audience: 'everyone' }, 'audience: one of responders, leadership, support or public'],
    [{ phase: 'guessing' }, 'phase: one of investigating, identified, monitoring or resolved'],
    [{ nextUpdateAt: '2020-01-01T00:00:00Z' }, 'nextUpdateAt: this time is over already; name a later one'],
  ])('with %j are refused', async (over, message) => {
    await expect(draft(over as never)).rejects.toMatchObject({ code: 'invalid', message })
  })

  test('of a drill have no public audience', async () => {
    const environment = await db().environment.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, name: `drill-${crypto.randomUUID().slice(0, 8)}`, kind: 'drill' } })
    await db().incident.update({ where: { id: incidentId }, data: { environmentId: environment.id, kind: 'drill' } })
    await expect(draft()).rejects.toMatchObject({ code: 'invalid', message: 'audience: a drill has no public audience' })
    await expect(draft({ audience: 'support' })).resolves.toBeTruthy()
  })

  test('of another project are not listed', async () => {
    await draft()
    expect((await ask(updateList, world.stranger, {})).data).toEqual([])
  })
})

test('the status page is open to everyone', async () => {
  const { data } = await ask(statusView, { kind: 'anonymous', id: 'anonymous', name: 'anonymous' }, {})
  expect(data).toMatchObject({ name: 'Status', overall: 'operational' })
})
