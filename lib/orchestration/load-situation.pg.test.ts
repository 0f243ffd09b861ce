import { beforeAll, describe, expect, test } from 'vitest'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { recordSchema } from '#lib/state/commands/record-schema.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seeRunning, seedRelease, seedWorld } from '#tests/support/world.ts'
import { loadSituation } from './load-situation.ts'
import type { Situation, TargetFacts } from './model.ts'

let world: World
const undo = { kind: 'sql', params: { statement: 'drop table baskets' } }
const orders = (writes: number, migrations: object[] = []) => ({ schema: { database: 'orders', scope: 'region', reads: [3, writes], writes, migrations } })

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const load = async (goTo: Parameters<typeof loadSituation>[4] = () => undefined, now = new Date(), candidate?: Parameters<typeof loadSituation>[6]): Promise<Situation> =>
  (await db().$transaction((tx) => loadSituation(tx, world.projectId, world.environmentId, 'rollback', goTo, now, candidate))).situation
const at = (facts: Situation, service: string, region: string): TargetFacts => facts.targets.find((target) => target.service === service && target.region === region) as TargetFacts
const apply = (input: object) => execute(applyCatalog, world.people.admin, input as never)

describe('a target', () => {
  test('is known by what was seen lately; whom nobody has seen is out', async () => {
    const { id, digest } = await seedRelease(world, 'checkout', '1.4.1')
    await seeRunning(world.targets['checkout/eu'], digest, '1.4.1')
    await seeRunning(world.targets['checkout/us'], digest, '1.4.1', 'unhealthy')
    const facts = await load((target) => (target.service === 'checkout' ? id : undefined))
    expect(at(facts, 'checkout', 'eu')).toMatchObject({ out: false, running: [{ digest, instances: 2, release: { releaseId: id, version: '1.4.1' } }], goTo: { releaseId: id }, candidate: null })
    expect(at(facts, 'checkout', 'us')).toMatchObject({ out: true, running: [{ instances: 2 }] })
    expect(at(facts, 'payments', 'eu')).toMatchObject({ out: true, running: null, goTo: null })
    expect(at(await load(() => undefined, new Date(Date.now() + 16_000)), 'checkout', 'eu')).toMatchObject({ out: true, running: null })
  })

  test('that runs bytes nobody registered runs an unknown release', async () => {
    await seeRunning(world.targets['storefront/eu'], digestOf('nobody knows'))
    expect(at(await load(), 'storefront', 'eu').running).toEqual([{ digest: digestOf('nobody knows'), instances: 2, release: null }])
  })

  test('could come along to its last known good, or to what the caller says', async () => {
    const good = await seedRelease(world, 'payments', '1.0.0')
    const other = await seedRelease(world, 'payments', '0.9.0')
    await db().target.update({ where: { id: world.targets['payments/eu'] }, data: { lastKnownGoodReleaseId: good.id } })
    expect(at(await load(), 'payments', 'eu').candidate).toMatchObject({ version: '1.0.0' })
    expect(at(await load(() => undefined, new Date(), () => other.id), 'payments', 'eu').candidate).toMatchObject({ version: '0.9.0' })
  })

  test('whose service has a reconciler names how it is held there', async () => {
    await apply({ services: [{ name: 'storefront', team: 'shop', tier: 2, dataClass: 'public', reconciler: { name: 'Flux', hold: { kind: 'hold-reconciler', params: { app: '${service}-${region}' } }, undo: 'flux resume ${service}' } }] })
    const facts = await load()
    expect(at(facts, 'storefront', 'us').reconciler).toEqual({ name: 'Flux', hold: { kind: 'hold-reconciler', params: { app: 'storefront-us' } }, undo: 'flux resume storefront' })
    expect(at(facts, 'checkout', 'us').reconciler).toBeNull()
  })
})

describe('what is around', () => {
  test('a region does what its live agents may do; with none alive nobody was asked', async () => {
    await db().agent.update({ where: { id: world.agents.eu.id }, data: { lastSeenAt: new Date(), stepKinds: ['deploy', 'sql', 'deploy'] } })
    await db().agent.update({ where: { id: world.agents.us.id }, data: { lastSeenAt: new Date(Date.now() - 11_000) } })
    expect((await load()).regions).toEqual([
      { name: 'eu', rtoSeconds: 300, trafficShare: 0.6, maxParallel: 8, kinds: ['deploy', 'sql'] },
      { name: 'us', rtoSeconds: 300, trafficShare: 0.4, maxParallel: 8, kinds: null },
    ])
  })

  test('a limit has its members; one with none limits nothing', async () => {
    const limit = (name: string, members: object[]) => ({ name, kind: 'capacity', environment: 'production', members, mayBeOut: 1.5 })
    await apply({ limits: [limit('checkouts', [{ service: 'checkout', region: 'eu', weight: 2 }]), limit('none', [])] })
    expect((await load()).limits).toEqual([{ name: 'checkouts', kind: 'capacity', members: [{ targetId: world.targets['checkout/eu'], weight: 2 }], mayBeOut: 1.5 }])
  })

  test('a window is there from its beginning until just before its end, over what it names', async () => {
    const window = (name: string, over: object) => ({ name, kind: 'freeze', environments: ['production'], from: '2026-12-24T12:00:00+01:00', to: '2026-12-26T00:00:00Z', rollback: false, ...over })
    await apply({ environments: [{ name: 'staging', kind: 'real' }], windows: [window('all', {}), window('one', { kind: 'maintenance', services: ['checkout'], regions: ['eu'] }), window('elsewhere', { environments: ['staging'] })] })
    expect((await load(() => undefined, new Date('2026-12-24T10:59:59.999Z'))).windows).toEqual([])
    const { windows, targets } = await load(() => undefined, new Date('2026-12-24T11:00:00Z'))
    expect(windows).toEqual([
      { name: 'all', kind: 'freeze', until: '2026-12-26T00:00:00.000Z', rollback: false, targetIds: targets.map((target) => target.targetId) },
      { name: 'one', kind: 'maintenance', until: '2026-12-26T00:00:00.000Z', rollback: false, targetIds: [world.targets['checkout/eu']] },
    ])
    expect((await load(() => undefined, new Date('2026-12-26T00:00:00Z'))).windows).toEqual([])
  })

  test('a database stands where it was recorded or what runs has written, and the release registered last says the way back', async () => {
    const older = await seedRelease(world, 'checkout', '2.0.0', undefined, orders(4, [{ to: 4, undo: null, because: 'it cannot' }]))
    await seedRelease(world, 'checkout', '2.1.0', undefined, orders(5, [{ to: 4, undo, because: 'baskets are lost' }, { to: 5, undo: null, because: 'gone' }]))
    await seeRunning(world.targets['checkout/eu'], older.digest)
    const facts = async () => (await load()).databases
    const way = [{ from: 5, to: 4, action: null, because: 'gone' }, { from: 4, to: 3, action: undo, because: 'baskets are lost' }]
    expect(await facts()).toEqual([{ database: 'orders', region: 'eu', version: 4, undo: way, reachedFrom: 'eu' }])
    await execute(recordSchema, world.agents.eu, { environmentId: world.environmentId, database: 'orders', region: 'eu', version: 5, how: 'raise' })
    expect(await facts()).toMatchObject([{ version: 5 }])
  })
})
