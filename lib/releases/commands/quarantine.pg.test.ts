import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { targetChoices } from '../queries/choices.ts'
import { releaseView } from '../queries/release.ts'
import { releaseList } from '../queries/releases.ts'
import { adoptRelease } from './adopt-release.ts'
import { endQuarantine } from './end-quarantine.ts'
import { liftQuarantine } from './lift-quarantine.ts'
import { quarantineAfterRollback } from './quarantine-after-rollback.ts'
import { quarantineRelease } from './quarantine-release.ts'
import { recordStaged } from './record-staged.ts'
import { requestDeployment } from './request-deployment.ts'

type Release = Awaited<ReturnType<typeof seedRelease>>
let world: World
let older: Release
let old: Release
let bad: Release

beforeAll(async () => void (await freshDatabase()))

/** 1.3.0 and then 1.4.0 were adopted as known good everywhere; 1.5.0 runs. */
beforeEach(async () => {
  world = await seedWorld()
  older = await seedRelease(world, 'checkout', '1.3.0')
  old = await seedRelease(world, 'checkout', '1.4.0')
  bad = await seedRelease(world, 'checkout', '1.5.0')
  for (const one of [older, old]) {
    await run(one)
    await adopt(one.version)
  }
  await run(bad)
})

const run = async (release: Release): Promise<void> => {
  for (const region of ['eu', 'us'] as const) await seeRunning(world.targets[`checkout/${region}`], release.digest, release.version)
}
const adopt = (version: string) => execute(adoptRelease, world.people.admin, { environment: 'production', service: 'checkout', version, reason: 'the first day' })
const quarantine = (actor: Actor = world.people.responder, releaseId = old.id, over: { until?: string } = {}) => execute(quarantineRelease, actor, { releaseId, reason: 'wrong prices', ...over })
const lift = (actor: Actor = world.people.commander, releaseId = old.id) => execute(liftQuarantine, actor, { releaseId, reason: 'it was the feed' })
const deploy = (version: string) => execute(requestDeployment, world.pipeline, { service: 'checkout', version, environment: 'production' })
const lastKnownGood = async (): Promise<string | null | undefined> => (await db().target.findUnique({ where: { id: world.targets['checkout/eu'] } }))?.lastKnownGoodReleaseId
const traces = async (action: string, event: string): Promise<[number, number]> => [await db().auditRecord.count({ where: { action, projectId: world.projectId } }), await db().outbox.count({ where: { name: event, projectId: world.projectId } })]

describe('a quarantine', () => {
  test('is one record and one event, and refuses every deployment with its reason', async () => {
    await quarantine()
    expect(await traces('release.quarantine', 'release.quarantined')).toEqual([1, 1])
    await expect(deploy('1.4.0')).rejects.toMatchObject({ code: 'conflict', message: 'checkout 1.4.0 is quarantined by responder: wrong prices; lift the quarantine first' })
    await run(old)
    await expect(adopt('1.4.0')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('quarantined by responder: wrong prices') })
  })

  test('is seen on the release and in the list, with who, why and until when, for as long as it holds', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    await quarantine(undefined, old.id, { until })
    const shown = { because: 'wrong prices', by: 'responder', at: expect.any(String), until, incidentNumber: null }
    expect((await ask(releaseView, world.people.viewer, { releaseId: old.id })).data.quarantine).toEqual(shown)
    expect((await ask(releaseList, world.people.viewer, { service: 'checkout' })).data.map((one) => [one.version, one.quarantine])).toEqual([['1.5.0', null], ['1.4.0', shown], ['1.3.0', null]])
    await lift()
    expect((await ask(releaseView, world.people.viewer, { releaseId: old.id })).data.quarantine).toBeNull()
  })

  test('takes the release from what is called the last known good, and its end gives it back', async () => {
    expect(await lastKnownGood()).toBe(old.id)
    await quarantine()
    expect(await lastKnownGood()).toBe(older.id)
    await lift()
    expect(await lastKnownGood()).toBe(old.id)
    expect(await traces('release.lift-quarantine', 'release.quarantine-lifted')).toEqual([1, 1])
    await expect(deploy('1.4.0')).resolves.toMatchObject({ deploymentId: expect.any(String) })
  })

  test('where nothing else was ever known good leaves nothing to go back to', async () => {
    await quarantine(undefined, older.id)
    await quarantine()
    expect(await lastKnownGood()).toBeNull()
  })

  test('ends by itself when its time is over, and not before', async () => {
    await quarantine(undefined, old.id, { until: new Date(Date.now() + 60_000).toISOString() })
    expect(await execute(endQuarantine, system('test'), { releaseId: old.id })).toEqual({ ended: false })
    await db().quarantine.updateMany({ where: { releaseId: old.id }, data: { until: new Date(Date.now() - 1_000) } })
    // Nobody has written it down yet, and it holds no longer.
    await expect(deploy('1.4.0')).resolves.toMatchObject({ deploymentId: expect.any(String) })
    expect(await execute(endQuarantine, system('test'), { releaseId: old.id })).toEqual({ ended: true })
    expect(await db().quarantine.findFirst({ where: { releaseId: old.id } })).toMatchObject({ liftedBecause: 'its time was over' })
    expect(await lastKnownGood()).toBe(old.id)
  })

  test('that is over makes room for the next', async () => {
    await quarantine(undefined, old.id, { until: new Date(Date.now() + 60_000).toISOString() })
    await db().quarantine.updateMany({ where: { releaseId: old.id }, data: { until: new Date(Date.now() - 1_000) } })
    await quarantine()
    expect(await db().outbox.findMany({ where: { name: 'release.quarantined', subject: old.id }, orderBy: { subjectVersion: 'asc' }, select: { subjectVersion: true } })).toEqual([{ subjectVersion: 2 }, { subjectVersion: 4 }])
  })

  test('of many at once is one; the others hear who was first', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => quarantine()))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict', message: 'checkout 1.4.0 is in quarantine already: wrong prices' })
    expect(await db().quarantine.count({ where: { releaseId: old.id } })).toBe(1)
  })

  test('by a rollback of what is in quarantine already changes nothing and is no news', async () => {
    await quarantine()
    const after = () => execute(quarantineAfterRollback, system('test'), { releaseId: old.id, because: 'rolled back in INC-1: errors', incidentId: newId() })
    expect(await after()).toEqual({ quarantined: false })
    await lift()
    expect(await after()).toEqual({ quarantined: true })
    expect(await traces('release.quarantine-after-rollback', 'release.quarantined')).toEqual([1, 2])
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['by a viewer', () => quarantine(world.people.viewer), 'forbidden'],
    ['by a stranger', () => quarantine(world.stranger), 'not_found'],
    ['of a release that does not exist', () => quarantine(undefined, newId()), 'not_found'],
    ['until a moment that is over', () => quarantine(undefined, old.id, { until: '2020-01-01T00:00:00Z' }), 'invalid'],
    ['by a token without the right', () => quarantine(world.pipeline), 'forbidden'],
    ['lifted by a responder, who may only begin one', async () => { await quarantine(); await lift(world.people.responder) }, 'forbidden'],
    ['lifted by a stranger', async () => { await quarantine(); await lift(world.stranger) }, 'not_found'],
    ['lifted where there is none', () => lift(), 'conflict'],
  ])('%s is refused', async (_what, attempt, code) => {
    await expect(attempt()).rejects.toMatchObject({ code })
  })

  test('is begun by a token that holds the right', async () => {
    await quarantine({ ...world.pipeline, scopes: ['release.quarantine'] })
    await expect(deploy('1.4.0')).rejects.toMatchObject({ message: expect.stringContaining('quarantined by pipeline') })
  })
})

test('a deployment and a quarantine at the same moment: never is one requested after the other was done', async () => {
  for (let round = 0; round < 10; round++) {
    const release = await seedRelease(world, 'checkout', `2.0.${round}`)
    const [asked, done] = await Promise.allSettled([deploy(release.version), quarantine(undefined, release.id)])
    expect(done.status).toBe('fulfilled')
    const row = await db().quarantine.findFirstOrThrow({ where: { releaseId: release.id } })
    const deployment = await db().deployment.findFirst({ where: { releaseId: release.id } })
    expect(deployment === null).toBe(asked.status === 'rejected')
    if (deployment) {
      // Whichever came second waited for the first: had the quarantine been first, the deployment would have been refused.
      const order = await db().outbox.findMany({ where: { subject: { in: [deployment.id, release.id] }, name: { in: ['deployment.requested', 'release.quarantined'] } }, orderBy: { position: 'asc' }, select: { name: true } })
      expect(order.map((one) => one.name)).toEqual(['deployment.requested', 'release.quarantined'])
      await db().deployment.update({ where: { id: deployment.id }, data: { status: 'refused' } })
    }
    expect(row.liftedAt).toBeNull()
    await expect(deploy(release.version)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('wrong prices') })
  }
})

describe('what a target would go back to', () => {
  const choices = async (suspectId?: string) => (await ask(targetChoices, world.people.viewer, { service: 'checkout', environment: 'production', ...(suspectId ? { suspectId } : {}) })).data

  test('is said for each region, with a word on each release', async () => {
    await quarantine()
    const [eu, us] = await choices(bad.id)
    expect(us).toMatchObject({ region: 'us', releaseId: older.id, runs: ['1.5.0'] })
    expect(eu?.releases).toEqual([
      { releaseId: bad.id, version: '1.5.0', verdict: 'refused', because: 'it is under suspicion', nameable: true },
      { releaseId: old.id, version: '1.4.0', verdict: 'refused', because: 'quarantined by responder: wrong prices', nameable: false },
      { releaseId: older.id, version: '1.3.0', verdict: 'chosen', because: expect.stringContaining('its bytes will be staged first'), nameable: true },
    ])
  })

  test('says where the bytes lie once an agent there has said so, and since when', async () => {
    const staged = { digest: old.digest, projectId: world.projectId, environmentId: world.environmentId, regionId: world.regions.eu, agentId: world.agents.eu.id }
    expect(await execute(recordStaged, world.agents.eu, staged)).toEqual({ first: true })
    expect(await execute(recordStaged, world.agents.eu, staged)).toEqual({ first: false })
    const [eu, us] = await choices(bad.id)
    expect(eu?.because).toContain('its bytes are in eu since')
    expect(us?.because).toContain('its bytes will be staged first')
    await expect(execute(recordStaged, world.agents.us, staged)).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each<[string, () => Actor, string, string]>([
    ['a service that does not exist', () => world.people.viewer, 'nothing', 'not_found'],
    ['a stranger', () => world.stranger, 'checkout', 'not_found'],
    ['an agent', () => world.agents.eu, 'checkout', 'forbidden'],
  ])('is refused to %s', async (_who, actor, service, code) => {
    await expect(ask(targetChoices, actor(), { service, environment: 'production' })).rejects.toMatchObject({ code })
  })
})
