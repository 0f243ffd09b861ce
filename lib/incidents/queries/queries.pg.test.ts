import { beforeAll, describe, expect, test } from 'vitest'
import { reactions as communications } from '#lib/communications/reactions.ts'
import { draftUpdate } from '#lib/communications/commands/draft-update.ts'
import { publishUpdate } from '#lib/communications/commands/publish-update.ts'
import { takeSeat } from '#lib/governance/commands/take-seat.ts'
import { submitPlan } from '#lib/orchestration/commands/submit-plan.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { news, seedBreach, seedRun, tell, withConsequences } from '#tests/support/incident.ts'
import { timed } from '#tests/support/plan-steps.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { noteIncident } from '../commands/note-incident.ts'
import { reactions as own } from '../reactions.ts'
import type { BoardView, IncidentView } from '../view.ts'
import { boardView } from './board.ts'
import { incidentList } from './incidents.ts'
import { incidentView } from './incident.ts'
import { situationView } from './situation.ts'

let world: World
let suspectId: string
const reactions = [...own, ...communications]

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  const good = await seedRelease(world, 'checkout', '1.4.2')
  const suspect = await seedRelease(world, 'checkout', '1.5.0')
  suspectId = suspect.id
  for (const service of ['payments', 'storefront'] as const) {
    const release = await seedRelease(world, service, '1.0.0')
    for (const region of ['eu', 'us'] as const) await seeRunning(world.targets[`${service}/${region}`], release.digest, '1.0.0')
  }
  for (const region of ['eu', 'us'] as const) {
    await seeRunning(world.targets[`checkout/${region}`], suspect.digest, suspect.version)
    await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id, desiredReleaseId: suspect.id } })
  }
  await db().onCall.create({ data: { id: crypto.randomUUID(), projectId: world.projectId, teamId: world.teamId, personId: world.people.responder.id, level: 1 } })
})

const view = async (number: number): Promise<IncidentView> => (await ask(incidentView, world.people.viewer, { number })).data

describe('an incident that begins with a breach', () => {
  test('is seen with all that belongs to it, and what to decide changes with what is done', async () => {
    const quiet = (await ask(boardView, world.people.viewer, {})).data
    expect(quiet).toMatchObject({ incidents: [], quietSince: null })

    const breach = await seedBreach(world, 'checkout/eu', { releaseId: suspectId, severity: 'SEV1' })
    await withConsequences(reactions, () => tell(reactions, breach.event))

    const opened = await view(1)
    expect(opened).toMatchObject({
      number: 1,
      severity: 'SEV1',
      status: 'open',
      environment: 'production',
      services: ['checkout'],
      commander: null,
      declaredBy: 'Knowngood',
      release: { version: '1.5.0', service: 'checkout' },
      seat: { holder: null, term: 0, takenAt: null },
      noPlanBecause: null,
      approval: null,
      run: null,
      validation: null,
      next: { kind: 'take-the-seat' },
    })
    expect(opened.breaches.map((one) => one.id)).toEqual([breach.id])
    expect(opened.onCall).toMatchObject([{ person: { name: 'responder' }, team: 'Shop', level: 1, toldAt: expect.any(String), seenAt: null }])
    expect(opened.plan?.sentence).toBe('checkout 1.5.0 → 1.4.2 in us, then eu')
    expect(opened.resolvable).toEqual({ ok: false, because: 'a rule is still in breach' })
    expect(opened.timeline.map((entry) => entry.sentence).reverse()).toEqual([
      'INC-1 opened as SEV1: checkout 1.5.0: errors in production',
      'checkout in eu: errors 7.8 % over 20 s, limit 2 % (312 requests)',
      expect.stringMatching(/^Knowngood proposed a plan and proved it \([0-9a-f]{8}\)$/),
      'Told responder: INC-1 SEV1: checkout 1.5.0: errors in production',
      'Knowngood drafted an update for the public',
      expect.stringMatching(/^No automatic rollback: no standing approval covers a rollback of checkout in production that errors-[0-9a-f]{8} asks for$/),
    ])

    await execute(takeSeat, world.people.commander, { incidentId: opened.id, term: 0 })
    const seated = await view(1)
    expect(seated).toMatchObject({ commander: { name: 'commander' }, seat: { term: 1 }, next: { kind: 'submit-plan', planId: opened.plan?.id } })

    await execute(submitPlan, world.people.responder, { planId: opened.plan?.id ?? '', hash: opened.plan?.hash ?? '' })
    const asked = await view(1)
    expect(asked.onCall).toMatchObject([{ person: { name: 'responder' }, seenAt: expect.any(String) }])
    expect(asked).toMatchObject({ approval: { state: 'pending', have: 0 }, next: { kind: 'approve', approvalId: asked.approval?.id } })

    // Agents of the seeded world are silent; on a busy machine that is noticed by now.
    await db().agent.updateMany({ data: { lastSeenAt: new Date() } })
    const situation = (await ask(situationView, world.people.viewer, {})).data
    expect(situation).toMatchObject({
      incidents: [{ number: 1 }],
      breaches: [{ id: breach.id }],
      runs: [],
      approvals: [{ id: asked.approval?.id, incidentNumber: 1, have: 0 }],
      fleet: { targets: 6 },
      agents: { live: 2, total: 2 },
    })
  })

  test('is told in the timeline by everyone, the newest first', async () => {
    const { id } = await view(1)
    await execute(noteIncident, world.people.responder, { incidentId: id, text: 'carts are lost' })
    expect((await view(1)).timeline[0]).toMatchObject({ sentence: 'carts are lost', actor: { kind: 'person', name: 'responder' }, action: 'incident.note' })
  })
})

test('without a way back an incident says why', async () => {
  await db().target.updateMany({ where: { id: world.targets['payments/eu'] }, data: { lastKnownGoodReleaseId: null } })
  const release = await db().release.findFirstOrThrow({ where: { serviceId: world.services.payments } })
  await withConsequences(reactions, async () => tell(reactions, (await seedBreach(world, 'payments/eu', { releaseId: release.id })).event))
  const seen = await view(2)
  expect(seen.plan).toBeNull()
  expect(seen.noPlanBecause).toMatch(/payments/)
})

describe('the wall', () => {
  const wall = async (number: number): Promise<NonNullable<Awaited<ReturnType<typeof ask<(typeof boardView)['input'], unknown, { incidents: { number: number }[] }>>>['data']['incidents'][number]>> => (await ask(boardView, world.people.viewer, {})).data.incidents.find((one) => one.number === number) as never

  test('knows nothing of failures until every target is measured, then counts them', async () => {
    expect(await wall(1)).toMatchObject({ failingPerMinute: null, trend: 'unknown', stage: 'deciding', commander: 'commander', backBetween: null })
    const now = Date.now()
    const samples = (region: 'eu' | 'us', from: number, to: number, errors: number): object[] =>
      Array.from({ length: from - to }, (_, i) => ({ targetId: world.targets[`checkout/${region}`], at: new Date(now - (to + i) * 1_000), seconds: 1, requests: 10, errors }))
    await db().sample.createMany({ data: samples('eu', 12, 0, 2) as never })
    expect(await wall(1)).toMatchObject({ failingPerMinute: null })
    await db().sample.createMany({ data: [...samples('us', 12, 0, 1), ...samples('eu', 50, 35, 0), ...samples('us', 50, 35, 0)] as never })
    expect(await wall(1)).toMatchObject({ failingPerMinute: 180, trend: 'rising' })
  })

  test('says when it should be over while a rollback runs, and counts no region before it is proven', async () => {
    const { id } = await seedIncident(world, 'checkout is slow')
    const { number } = await db().incident.findUniqueOrThrow({ where: { id } })
    await db().incident.update({ where: { id }, data: { status: 'mitigating' } })
    const { runId } = await seedRun(world, id, 'running', undefined, [timed('deploy:checkout:eu')])
    const seen = await wall(number) as unknown as BoardView['incidents'][number]
    expect(seen).toMatchObject({ stage: 'rolling back', regionsRestored: 0, regionsAffected: 1 })
    // As seen from what has happened, not as its plan once said.
    const [from, to] = [seen.backBetween?.from, seen.backBetween?.to].map((at) => Date.parse(at ?? ''))
    expect(from).toBeGreaterThan(Date.now() - 2_000)
    expect(to).toBeGreaterThan(from ?? Infinity)
    await db().run.update({ where: { id: runId }, data: { status: 'succeeded', finishedAt: new Date() } })
    expect(await wall(number)).toMatchObject({ stage: 'checking', regionsRestored: 0, backBetween: null })
    await tell(own, news(world, 'validation.finished', runId, { incidentId: id, data: { verdict: 'pass' } }))
    expect(await wall(number)).toMatchObject({ stage: 'watching', regionsRestored: 1 })
  })

  test('shows the last word and when the next is due', async () => {
    const { id } = await view(1)
    const { updateId, textDigest } = await execute(draftUpdate, world.people.responder, { incidentId: id, audience: 'leadership', phase: 'identified', text: 'We know the cause.', nextUpdateAt: new Date(Date.now() + 600_000).toISOString() })
    expect(await wall(1)).toMatchObject({ lastWord: null })
    await execute(publishUpdate, world.people.responder, { updateId, textDigest })
    expect(await wall(1)).toMatchObject({ lastWord: { text: 'We know the cause.' }, nextWordBy: expect.any(String) })
  })

  test('says since when it is quiet once everything is over', async () => {
    const at = new Date(Date.now() - 5_000)
    await db().incident.updateMany({ where: { projectId: world.projectId }, data: { status: 'resolved', resolvedAt: at } })
    const board = (await ask(boardView, world.people.viewer, {})).data
    expect(board.quietSince).toBe(at.toISOString())
    expect(new Set(board.incidents.map((one) => one.stage))).toEqual(new Set(['resolved']))
  })
})

describe('lists and refusals', () => {
  test('open leaves out what is over', async () => {
    const { number } = await seedIncident(world, 'still here')
    expect((await ask(incidentList, world.people.viewer, { status: 'open' })).data.map((one) => one.number)).toEqual([number])
    const all = (await ask(incidentList, world.people.viewer, {})).data
    expect(all.length).toBeGreaterThan(3)
    expect(all[0]?.number).toBe(number)
  })

  test('people of another project see nothing', async () => {
    expect((await ask(incidentList, world.stranger, {})).data).toEqual([])
    expect((await ask(situationView, world.stranger, {})).data).toMatchObject({ incidents: [], breaches: [], deployments: [], fleet: { targets: 0 }, agents: { total: 0 } })
    expect((await ask(boardView, world.stranger, {})).data).toMatchObject({ incidents: [], quietSince: null })
    await expect(ask(incidentView, world.stranger, { number: 1 })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a number arrives from an address as text', async () => {
    expect((await ask(incidentView, world.people.viewer, { number: '1' as never })).data.number).toBe(1)
    await expect(ask(incidentView, world.people.viewer, { number: 'x' as never })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('results are the same bytes when nothing changed', async () => {
    for (const query of [boardView, situationView, incidentList] as const) {
      const first = await ask(query as never, world.people.viewer, {} as never)
      expect((await ask(query as never, world.people.viewer, {} as never)).version).toBe(first.version)
    }
  })
})
