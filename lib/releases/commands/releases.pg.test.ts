import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { deploymentView } from '../queries/deployment.ts'
import { releaseView } from '../queries/release.ts'
import { releaseList } from '../queries/releases.ts'
import { reactions } from '../reactions.ts'
import { watchSoaks } from '../runner.ts'
import { adoptRelease } from './adopt-release.ts'
import { finishDeployment } from './finish-deployment.ts'
import { markKnownGood } from './mark-known-good.ts'
import { registerRelease } from './register-release.ts'
import { requestDeployment } from './request-deployment.ts'
import { setDesired } from './set-desired.ts'
import { spoilDeployment } from './spoil.ts'
import { startDeployment } from './start-deployment.ts'

let world: World
const deployer = system('test')

beforeAll(async () => {
  await freshDatabase()
})
beforeEach(async () => {
  world = await seedWorld()
})

const registration = (version = '1.5.0', bytes = `checkout ${version}`) => ({
  service: 'checkout', version, digest: digestOf(bytes), url: 'https://artifacts.example.test/checkout.tgz', metadata: { commit: 'abc123', pipelineUrl: 'https://ci.example.test/1' }, declares: { calls: [{ contract: 'payments-api', range: '^2.0.0', scope: 'region' as const }] },
})
const target = (region: 'eu' | 'us') => db().target.findUniqueOrThrow({ where: { id: world.targets[`checkout/${region}`] } })
const events = (name: string, subject: string): Promise<number> => db().outbox.count({ where: { name, subject } })

describe('registering a release', () => {
  test('binds the version to its bytes, with a record and an event', async () => {
    const { releaseId } = await execute(registerRelease, world.pipeline, registration())
    expect(await db().release.findUniqueOrThrow({ where: { id: releaseId } })).toMatchObject({ version: '1.5.0', digest: digestOf('checkout 1.5.0'), declares: { offers: [], schema: null, oneWay: null, besideItself: true } })
    expect(await events('release.registered', releaseId)).toBe(1)
    expect(await db().auditRecord.count({ where: { action: 'release.register', subjectId: releaseId } })).toBe(1)
  })

  test('again with the same content answers the same and is no news, also at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => execute(registerRelease, world.pipeline, registration())))
    expect(new Set(results.map((result) => result.releaseId)).size).toBe(1)
    expect(await events('release.registered', results[0]?.releaseId ?? '')).toBe(1)
  })

  test('with other bytes is refused for ever; with other declarations too', async () => {
    await execute(registerRelease, world.pipeline, registration())
    await expect(execute(registerRelease, world.pipeline, registration('1.5.0', 'other bytes'))).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`1.5.0 is bound for ever to ${digestOf('checkout 1.5.0')}`) })
    await expect(execute(registerRelease, world.pipeline, { ...registration(), declares: {} })).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/^declares: /) })
  })

  test.each([
    [{ version: '1.5' }, 'version'],
    [{ version: 'v1.5.0' }, 'version'],
    [{ digest: 'sha256:ABC' }, 'digest'],
    [{ url: 'file:///etc/passwd' }, 'url'],
    [{ url: 'javascript:alert(1)' }, 'url'],
    [{ metadata: { pipelineUrl: 'javascript:alert(1)' } }, 'metadata.pipelineUrl'],
    [{ declares: { calls: [{ contract: 'x', range: 'newest', scope: 'region' }] } }, 'declares.calls.0.range'],
    [{ declares: { schema: { database: 'orders', reads: [5, 3], writes: 5 } } }, 'declares.schema.reads'],
  ])('%j is refused and the field is named', async (wrong, field) => {
    await expect(execute(registerRelease, world.pipeline, { ...registration(), ...wrong } as never)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
  })

  test.each([
    ['a commander', () => world.people.commander, 'forbidden'],
    ['a pipeline of another project', (): Actor => ({ ...world.pipeline, projectId: world.stranger.grants[0]?.projectId ?? '' }), 'not_found'],
  ] as const)('by %s is refused', async (_who, by, code) => {
    await expect(execute(registerRelease, by(), registration())).rejects.toMatchObject({ code })
  })
})

describe('a deployment', () => {
  const request = (extra: object = {}, by: Actor = world.pipeline) => execute(requestDeployment, by, { service: 'checkout', version: '1.5.0', environment: 'production', ...extra })

  test('knows what each target ran, where more than half of its instances run it', async () => {
    const old = await seedRelease(world, 'checkout', '1.4.1')
    await seedRelease(world, 'checkout', '1.5.0')
    await seeRunning(world.targets['checkout/eu'], old.digest)
    await seeRunning(world.targets['checkout/us'], digestOf('nobody knows'))
    const { deploymentId } = await request()
    const rows = await db().deploymentTarget.findMany({ where: { deploymentId } })
    expect(rows.find((row) => row.targetId === world.targets['checkout/eu'])?.fromReleaseId).toBe(old.id)
    expect(rows.find((row) => row.targetId === world.targets['checkout/us'])?.fromReleaseId).toBeNull()
    expect(await db().outbox.findFirst({ where: { name: 'deployment.requested', subject: deploymentId } })).toMatchObject({ data: { service: 'checkout', environment: 'production', version: '1.5.0', status: 'requested' } })
    expect(await db().auditRecord.count({ where: { action: 'deployment.request', subjectId: deploymentId } })).toBe(1)
  })

  test('is one at a time for a service in an environment, also at the same time', async () => {
    await seedRelease(world, 'checkout', '1.5.0')
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => request()))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' })
  })

  test('refuses what is not there, by name', async () => {
    await seedRelease(world, 'checkout', '1.5.0')
    await expect(request({ version: '9.9.9' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('9.9.9') })
    await expect(request({ environment: 'staging' })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('staging') })
    await expect(request({ regions: ['eu', 'mars'] })).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'regions.1' }] } })
    await expect(request({}, world.people.commander)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(request({}, { ...world.pipeline, projectId: world.stranger.grants[0]?.projectId ?? '' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('runs, then ends: success says what should run and begins the soak; failure changes nothing', async () => {
    const { id: releaseId } = await seedRelease(world, 'checkout', '1.5.0')
    const { deploymentId } = await request({ regions: ['eu'], soakSeconds: 90 })
    await execute(startDeployment, deployer, { deploymentId, runId: newId() })
    await expect(execute(startDeployment, deployer, { deploymentId, runId: newId() })).rejects.toMatchObject({ code: 'conflict' })
    const before = Date.now()
    await execute(finishDeployment, deployer, { deploymentId, status: 'succeeded', because: null })
    const soak = await db().deploymentTarget.findFirstOrThrow({ where: { deploymentId } })
    expect(Math.abs((soak.soakUntil?.getTime() ?? 0) - before - 90_000)).toBeLessThan(5_000)
    expect((await target('eu')).desiredReleaseId).toBe(releaseId)
    expect((await target('us')).desiredReleaseId).toBeNull()
    await expect(execute(finishDeployment, deployer, { deploymentId, status: 'failed', because: 'late' })).rejects.toMatchObject({ code: 'conflict' })

    const second = await request({ regions: ['us'] })
    await execute(finishDeployment, deployer, { deploymentId: second.deploymentId, status: 'refused', because: 'no way' })
    expect((await target('us')).desiredReleaseId).toBeNull()
    for (const refused of [startDeployment, finishDeployment] as const) {
      const input = { deploymentId, runId: newId(), status: 'failed', because: null }
      const { runId, ...finish } = input
      await expect(execute(refused as never, world.people.viewer, (refused === startDeployment ? { deploymentId, runId } : { ...finish }) as never)).rejects.toMatchObject({ code: 'forbidden' })
      await expect(execute(refused as never, world.stranger, (refused === startDeployment ? { deploymentId, runId } : { ...finish }) as never)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

describe('known good', () => {
  const soaked = async (digest?: string): Promise<{ deploymentId: string; releaseId: string; targetId: string }> => {
    const release = await seedRelease(world, 'checkout', '1.5.0')
    const { deploymentId } = await execute(requestDeployment, world.pipeline, { service: 'checkout', version: '1.5.0', environment: 'production', regions: ['eu'], soakSeconds: 1 })
    await execute(finishDeployment, deployer, { deploymentId, status: 'succeeded', because: null })
    const targetId = world.targets['checkout/eu']
    await seeRunning(targetId, digest ?? release.digest)
    await pool().query(`update deployment_target set soak_until = now() - interval '1 second' where deployment_id = $1`, [deploymentId])
    return { deploymentId, releaseId: release.id, targetId }
  }
  const openBreach = (targetId: string, releaseId: string | null, openedAt = new Date(), closedAt: Date | null = null) =>
    db().breach.create({ data: { id: newId(), projectId: world.projectId, criteriaId: newId(), revision: 1, rule: 'errors', targetId, releaseId, action: 'propose', severity: 'SEV2', evidence: {}, openedAt, closedAt } })
  const known = async (): Promise<string | null> => (await target('eu')).lastKnownGoodReleaseId

  test('is a release whose soak is over without a breach, once, with a record and an event', async () => {
    const { releaseId, targetId } = await soaked()
    await Promise.all([watchSoaks(), watchSoaks()])
    expect(await known()).toBe(releaseId)
    await watchSoaks()
    expect(await events('target.known-good', targetId)).toBe(1)
    expect(await db().auditRecord.count({ where: { action: 'target.mark-known-good', subjectId: targetId } })).toBe(1)
  })

  test.each([
    ['something else runs there', async () => void (await soaked(digestOf('other')))],
    ['nobody has seen it lately', async () => void (await soaked().then(({ targetId }) => pool().query(`update target set observed_at = now() - interval '1 minute' where id = $1`, [targetId])))],
    ['its soak is not over', async () => void (await soaked().then(({ deploymentId }) => pool().query(`update deployment_target set soak_until = now() + interval '1 minute' where deployment_id = $1`, [deploymentId])))],
    ['a rule is in breach', async () => void (await soaked().then(({ targetId }) => openBreach(targetId, null)))],
    ['a rule was in breach while it ran', async () => void (await soaked().then(({ targetId, releaseId }) => openBreach(targetId, releaseId, new Date(), new Date())))],
    ['another release should run there', async () => void (await soaked().then(async ({ targetId }) => execute(setDesired, deployer, { targetId, releaseId: (await seedRelease(world, 'checkout', '1.4.1')).id })))],
    ['it was spoiled', async () => void (await soaked().then(({ targetId, releaseId }) => execute(spoilDeployment, deployer, { targetId, releaseId })))],
  ])('is not one where %s: neither the watch nor the command says so', async (_case, arrange) => {
    await arrange()
    await watchSoaks()
    const { deploymentId, targetId } = await db().deploymentTarget.findFirstOrThrow({ where: { targetId: world.targets['checkout/eu'] } })
    await expect(execute(markKnownGood, deployer, { deploymentId, targetId })).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/^not known good: /) })
    expect(await known()).toBeNull()
  })

  test('is still one after a breach of the release before it', async () => {
    const old = await seedRelease(world, 'checkout', '1.4.1')
    const { targetId, releaseId } = await soaked()
    await openBreach(targetId, old.id, new Date(), new Date())
    await execute(spoilDeployment, deployer, { targetId, releaseId: old.id })
    await watchSoaks()
    expect(await known()).toBe(releaseId)
  })

  test('is refused to people and hidden from other projects', async () => {
    const { deploymentId, targetId, releaseId } = await soaked()
    for (const [by, code] of [[world.people.admin, 'forbidden'], [world.stranger, 'not_found']] as const) {
      await expect(execute(markKnownGood, by, { deploymentId, targetId })).rejects.toMatchObject({ code })
      await expect(execute(spoilDeployment, by, { targetId })).rejects.toMatchObject({ code })
      await expect(execute(setDesired, by, { targetId, releaseId })).rejects.toMatchObject({ code })
    }
  })

  test('ends for good when a trigger fires while it soaks', async () => {
    const { deploymentId, targetId, releaseId } = await soaked()
    const [spoils] = reactions
    const event = { eventId: newId(), projectId: world.projectId, v: 1, name: 'trigger.fired', subject: newId(), subjectVersion: 1, incidentId: null, data: { targetId, releaseId }, at: new Date() }
    for (let n = 0; n < 2; n++) await spoils?.react(event, { actor: system('reaction'), options: { reaction: { name: spoils.name, eventId: event.eventId } } })
    await watchSoaks()
    expect(await known()).toBeNull()
    expect(await events('deployment.spoiled', deploymentId)).toBe(1)
  })

  test('can be declared on the first day, for what runs everywhere', async () => {
    const adopt = (by: Actor = world.people.admin) => execute(adoptRelease, by, { environment: 'production', service: 'checkout', version: '1.4.1', reason: 'it has run since spring' })
    const { id, digest } = await seedRelease(world, 'checkout', '1.4.1')
    await expect(adopt()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('no agent has seen') })
    await seeRunning(world.targets['checkout/eu'], digest)
    await seeRunning(world.targets['checkout/us'], digestOf('other'))
    await expect(adopt()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('us is not 1.4.1') })
    await seeRunning(world.targets['checkout/us'], digest)
    expect((await adopt()).targets).toHaveLength(2)
    expect(await known()).toBe(id)
    expect((await target('us')).desiredReleaseId).toBe(id)
    expect((await adopt()).targets).toEqual([])
    await expect(adopt(world.people.commander)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(adopt(world.stranger)).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('the views say what runs where, and what came of each deployment', async () => {
  const { releaseId } = await execute(registerRelease, world.pipeline, registration())
  const { deploymentId } = await execute(requestDeployment, world.pipeline, { service: 'checkout', version: '1.5.0', environment: 'production' })
  await seeRunning(world.targets['checkout/us'], digestOf('checkout 1.5.0'))
  const targetId = world.targets['checkout/us']
  await db().snapshot.create({ data: { id: newId(), projectId: world.projectId, targetId, deploymentId, digest: digestOf('config'), content: {}, takenAt: new Date() } })
  await db().baseline.create({ data: { id: newId(), projectId: world.projectId, targetId, deploymentId, fromAt: new Date(), toAt: new Date(), samples: [{}, {}, {}], takenAt: new Date() } })
  const { data: list } = await ask(releaseList, world.people.viewer, {})
  expect(list).toEqual([expect.objectContaining({ id: releaseId, service: 'checkout', version: '1.5.0', commit: 'abc123', pipelineUrl: 'https://ci.example.test/1', builtAt: null, registeredBy: 'pipeline', runningOn: ['production/us'], knownGoodOn: [] })])
  const { data: deployment } = await ask(deploymentView, world.people.viewer, { deploymentId })
  expect(deployment).toMatchObject({ status: 'requested', requestedBy: 'pipeline', targets: [{ region: 'eu', from: null, snapshot: null, baselineSamples: 0 }, { region: 'us', snapshot: digestOf('config'), baselineSamples: 3 }] })
  const { data: release } = await ask(releaseView, world.people.viewer, { releaseId })
  expect(release).toMatchObject({ metadata: { commit: 'abc123' }, deployments: [{ id: deploymentId }] })
  expect((await ask(releaseList, world.stranger, {})).data).toEqual([])
  await expect(ask(releaseView, world.stranger, { releaseId })).rejects.toMatchObject({ code: 'not_found' })
  await expect(ask(deploymentView, world.stranger, { deploymentId })).rejects.toMatchObject({ code: 'not_found' })
})
