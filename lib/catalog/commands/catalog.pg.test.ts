import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { anonymous } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import { fleetView } from '../queries/fleet.ts'
import { applyCatalog } from './apply-catalog.ts'
import { recordObservation } from './record-observation.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
})
beforeEach(async () => {
  world = await seedWorld()
})

describe('an observation', () => {
  const instances = [{ id: 'i-2', digest: digestOf('a'), version: '1.4.1', state: 'healthy' as const }, { id: 'i-1', digest: null, version: null, state: 'starting' as const }]
  const observe = (by: Actor = world.agents.eu) => execute(recordObservation, by, { targetId: world.targets['checkout/eu'], instances })

  test('is kept with who saw it and when, with a record and an event', async () => {
    expect(await observe()).toEqual({ version: 2 })
    const target = await db().target.findUniqueOrThrow({ where: { id: world.targets['checkout/eu'] } })
    expect(target).toMatchObject({ observedBy: world.agents.eu.id, version: 2, observed: [{ id: 'i-1' }, { id: 'i-2' }] })
    expect(Date.now() - (target.observedAt?.getTime() ?? 0)).toBeLessThan(10_000)
    expect(await db().outbox.findFirst({ where: { name: 'target.observed', subject: target.id } })).toMatchObject({ subjectVersion: 2, data: { service: 'checkout', environment: 'production', region: 'eu', appeared: [] } })
    expect(await db().auditRecord.count({ where: { action: 'target.observe', subjectId: target.id } })).toBe(1)
  })

  test('at the same time as others is one after the other, none lost', async () => {
    const seen = Array.from({ length: 6 }, (_, n) => [{ id: `i-${n}`, digest: digestOf('a'), version: '1.4.1', state: 'healthy' as const }])
    const versions = (await Promise.all(seen.map((one) => execute(recordObservation, world.agents.eu, { targetId: world.targets['checkout/eu'], instances: one })))).map((result) => result.version)
    expect(versions.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7])
  })

  test('that several report is one piece of news, and of the others only that they looked', async () => {
    const versions = (await Promise.all(Array.from({ length: 6 }, () => observe()))).map((result) => result.version)
    expect(versions).toEqual([2, 2, 2, 2, 2, 2])
    expect(await db().outbox.count({ where: { name: 'target.observed', subject: world.targets['checkout/eu'] } })).toBe(1)
  })

  test.each([
    ['a person', () => world.people.admin, 'forbidden'],
    ['an agent of another region', () => world.agents.us, 'not_found'],
    ['nobody', () => anonymous, 'unauthenticated'],
    ['somebody of another project', () => world.stranger, 'not_found'],
  ] as const)('by %s is refused', async (_who, by, code) => {
    await expect(observe(by())).rejects.toMatchObject({ code })
  })

  test('of a target that is not there is not found', async () => {
    await expect(execute(recordObservation, world.agents.eu, { targetId: newId(), instances: [] })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a declared catalog', () => {
  const catalog = {
    teams: [{ slug: 'search', name: 'Search' }],
    environments: [{ name: 'production', kind: 'real' as const }, { name: 'drills', kind: 'drill' as const }],
    regions: [{ name: 'eu', jurisdiction: 'EU', rtoSeconds: 120, trafficShare: 0.5, maxParallel: 3 }],
    services: [{ name: 'search', team: 'search', tier: 2, dataClass: 'internal' as const, jurisdictions: ['EU'], reconciler: { name: 'Argo CD', hold: { kind: 'hold-reconciler', params: { via: 'argocd', hold: true, application: '${service}-${region}' } }, undo: 'resume the sync of ${service}' } }, { name: 'checkout', team: 'search', tier: 1, dataClass: 'customer' as const, jurisdictions: ['EU', 'US'] }],
    targets: [{ service: 'search', environment: 'drills', region: 'eu', instances: 3, minUp: 1 }, { service: 'checkout', environment: 'production', region: 'us', instances: 5, minUp: 2 }],
    limits: [{ name: 'checkouts', kind: 'quorum' as const, environment: 'production', members: [{ service: 'checkout', region: 'us' }, { service: 'checkout', region: 'eu', weight: 2 }], mayBeOut: 1 }],
    windows: [{ name: 'year-end', kind: 'freeze' as const, environments: ['production'], regions: ['eu'], from: '2026-12-24T12:00:00+01:00', to: '2027-01-02T00:00:00Z' }],
  }
  const apply = (input: object = catalog, by: Actor = world.people.admin) => execute(applyCatalog, by, input as never)

  test('adds and changes what it names, leaves the rest, and is one record and one event', async () => {
    expect(await apply()).toEqual({ teams: 1, environments: 1, regions: 1, services: 2, targets: 2, limits: 1, windows: 1 })
    const targets = await db().target.findMany({ where: { projectId: world.projectId }, include: { service: true, environment: true } })
    expect(targets).toHaveLength(7)
    expect(targets.find((target) => target.id === world.targets['checkout/us'])).toMatchObject({ instances: 5, minUp: 2, version: 2 })
    expect(targets.find((target) => target.service.name === 'search')).toMatchObject({ kind: 'drill', instances: 3 })
    expect(await db().service.findFirst({ where: { projectId: world.projectId, name: 'checkout' }, include: { team: true } })).toMatchObject({ id: world.services.checkout, team: { slug: 'search' }, reconciler: null })
    expect(await db().service.findFirst({ where: { projectId: world.projectId, name: 'search' } })).toMatchObject({ reconciler: catalog.services[0]?.reconciler })
    expect(await db().region.findUniqueOrThrow({ where: { id: world.regions.eu } })).toMatchObject({ maxParallel: 3 })
    const members = [{ targetId: world.targets['checkout/eu'], weight: 2 }, { targetId: world.targets['checkout/us'], weight: 1 }].sort((a, b) => (a.targetId < b.targetId ? -1 : 1))
    expect(await db().limitRule.findFirst({ where: { environmentId: world.environmentId } })).toMatchObject({ name: 'checkouts', kind: 'quorum', mayBeOut: 1, members })
    expect(await db().timeWindow.findFirst({ where: { projectId: world.projectId } })).toMatchObject({ name: 'year-end', services: [], regions: ['eu'], rollback: true, opensAt: new Date('2026-12-24T11:00:00Z'), closesAt: new Date('2027-01-02T00:00:00Z') })
    expect(await db().outbox.count({ where: { name: 'catalog.changed', projectId: world.projectId } })).toBe(1)
    expect(await db().auditRecord.count({ where: { action: 'catalog.apply', projectId: world.projectId } })).toBe(1)
  })

  test('applied again changes nothing and is no news, also at the same time', async () => {
    await Promise.all([apply(), apply(), apply()])
    expect(await apply()).toEqual({ teams: 0, environments: 0, regions: 0, services: 0, targets: 0, limits: 0, windows: 0 })
    expect(await db().outbox.count({ where: { name: 'catalog.changed', projectId: world.projectId } })).toBe(1)
  })

  test('changes a limit and ends a window by declaring them again', async () => {
    await apply()
    const again = { limits: [{ ...catalog.limits[0], members: [] }], windows: [{ ...catalog.windows[0], to: '2026-12-24T13:00:00Z' }] }
    expect(await apply(again)).toMatchObject({ targets: 0, limits: 1, windows: 1 })
    expect(await db().limitRule.findFirst({ where: { environmentId: world.environmentId } })).toMatchObject({ members: [] })
    expect(await db().timeWindow.findFirst({ where: { projectId: world.projectId } })).toMatchObject({ closesAt: new Date('2026-12-24T13:00:00Z') })
  })

  test('cannot change what kind an environment is', async () => {
    await expect(apply({ environments: [{ name: 'production', kind: 'drill' }] })).rejects.toMatchObject({ code: 'conflict', detail: { fields: [{ field: 'environments.0.kind' }] } })
  })

  test.each([
    [{ targets: [{ service: 'serch', environment: 'production', region: 'eu', instances: 1, minUp: 0 }] }, 'targets.0.service'],
    [{ targets: [{ service: 'checkout', environment: 'prod', region: 'eu', instances: 1, minUp: 0 }] }, 'targets.0.environment'],
    [{ targets: [{ service: 'checkout', environment: 'production', region: 'mars', instances: 1, minUp: 0 }] }, 'targets.0.region'],
    [{ targets: [{ service: 'checkout', environment: 'production', region: 'eu', instances: 1, minUp: 2 }] }, 'targets.0.minUp'],
    [{ services: [{ name: 'x', team: 'nobody', tier: 1, dataClass: 'public' }] }, 'services.0.team'],
    [{ services: [{ name: 'x', team: 'shop', tier: 9, dataClass: 'public' }] }, 'services.0.tier'],
    [{ limits: [{ ...catalog.limits[0], members: [{ service: 'checkout', region: 'eu' }, { service: 'checkout', region: 'mars' }] }] }, 'limits.0.members.1'],
    [{ limits: [{ ...catalog.limits[0], members: [{ service: 'checkout', region: 'eu' }, { service: 'checkout', region: 'eu' }] }] }, 'limits.0.members.1.service'],
    [{ limits: [{ ...catalog.limits[0], environment: 'prod' }] }, 'limits.0.environment'],
    [{ limits: [catalog.limits[0], catalog.limits[0]] }, 'limits.1.name'],
    [{ windows: [{ ...catalog.windows[0], to: catalog.windows[0]?.from }] }, 'windows.0.to'],
    [{ windows: [{ ...catalog.windows[0], to: 'tomorrow' }] }, 'windows.0.to'],
    [{ windows: [{ ...catalog.windows[0], regions: ['eu', 'mars'] }] }, 'windows.0.regions.1'],
    [{ windows: [{ ...catalog.windows[0], services: ['serch'] }] }, 'windows.0.services.0'],
    [{ windows: [{ ...catalog.windows[0], environments: [] }] }, 'windows.0.environments'],
    [{ regions: [{ ...catalog.regions[0], maxParallel: 0 }] }, 'regions.0.maxParallel'],
    [{ teams: [{ slug: 'a', name: 'A' }, { slug: 'a', name: 'B' }] }, 'teams.1.slug'],
    [{ service: [] }, 'service'],
  ])('%j is refused, the field is named and nothing changes', async (wrong, field) => {
    await expect(apply(wrong)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field }] } })
    expect(await db().outbox.count({ where: { name: 'catalog.changed', projectId: world.projectId } })).toBe(0)
  })

  test('is refused to a commander; another project’s administrator declares another catalog', async () => {
    await expect(apply(catalog, world.people.commander)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(apply({ ...catalog, services: [], limits: [], targets: catalog.targets.slice(1) }, world.stranger)).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'targets.0.service' }, { field: 'targets.0.region' }] } })
    expect(await db().team.count({ where: { projectId: world.projectId } })).toBe(1)
  })
})

describe('the fleet', () => {
  const look = async () => {
    const { data } = await ask(fleetView, world.people.viewer, {})
    return { data, cell: data.services.find((service) => service.name === 'checkout')?.targets.find((target) => target.region === 'eu') }
  }

  test('shows what nobody has seen as unknown', async () => {
    const { data, cell } = await look()
    expect(data.services.map((service) => [service.name, service.team, service.targets.length])).toEqual([['checkout', 'Shop', 2], ['payments', 'Shop', 2], ['storefront', 'Shop', 2]])
    expect(cell).toMatchObject({ health: 'unknown', because: 'no agent has ever seen it', running: [], observedAt: null, observationGoesStaleAt: null, desired: null, lastKnownGood: null, runId: null })
    expect(data.regions).toEqual([expect.objectContaining({ name: 'eu', agents: [expect.objectContaining({ name: 'agent-eu', live: true })] }), expect.objectContaining({ name: 'us' })])
  })

  test('shows what runs, by version, and what should', async () => {
    const { id, digest } = await seedRelease(world, 'checkout', '1.4.1')
    await seeRunning(world.targets['checkout/eu'], digest)
    await pool().query(`update target set desired_release_id = $1, last_known_good_release_id = $1 where id = $2`, [id, world.targets['checkout/eu']])
    const { data, cell } = await look()
    expect(cell).toMatchObject({ health: 'good', running: [{ digest, version: '1.4.1', instances: 2, healthy: 2 }], desired: { releaseId: id, version: '1.4.1' }, lastKnownGood: { version: '1.4.1' } })
    const staleAt = fleetView.staleAt?.(data)?.getTime() ?? 0
    expect(staleAt).toBeGreaterThan(Date.now())
    expect(staleAt).toBeLessThanOrEqual(Date.now() + 2_000)
  })

  test('forgets what it knew 15 seconds after it was seen', async () => {
    await seeRunning(world.targets['checkout/eu'], digestOf('a'), null, 'healthy', new Date(Date.now() - 16_000))
    expect((await look()).cell).toMatchObject({ health: 'unknown', because: 'no agent has seen it lately' })
  })

  test('shows open breaches as bad, also while a run moves it', async () => {
    const targetId = world.targets['checkout/eu']
    await seeRunning(targetId, digestOf('a'))
    const planId = newId()
    const runId = newId()
    const common = { projectId: world.projectId, kind: 'real', environmentId: world.environmentId }
    await db().plan.create({ data: { id: planId, ...common, purpose: 'rollback', v: 1, document: {}, hash: 'h', forecast: {}, status: 'proposed', createdBy: 'x', createdAt: new Date() } })
    await db().run.create({ data: { id: runId, projectId: world.projectId, kind: 'real', planId, planHash: 'h', status: 'running', authority: {}, startedBy: 'x' } })
    await db().step.create({ data: { id: newId(), ...common, runId, key: 'a', position: 0, role: 'deploy', stepKind: 'deploy', regionId: world.regions.eu, serviceId: world.services.checkout, targetId, params: {}, repeatable: true, timeoutMs: 1, after: [], status: 'ready' } })
    expect((await look()).cell).toMatchObject({ health: 'working', runId })
    const breach = await db().breach.create({ data: { id: newId(), projectId: world.projectId, criteriaId: newId(), revision: 1, rule: 'errors', targetId, action: 'propose', severity: 'SEV2', evidence: {}, openedAt: new Date() } })
    expect((await look()).cell).toMatchObject({ health: 'bad', because: 'in breach: errors', breaches: ['errors'], runId })
    await db().breach.update({ where: { id: breach.id }, data: { closedAt: new Date() } })
    await db().run.update({ where: { id: runId }, data: { status: 'succeeded' } })
    expect((await look()).cell).toMatchObject({ health: 'good', breaches: [], runId: null })
  })

  test('shows another project nothing of it', async () => {
    expect((await ask(fleetView, world.stranger, {})).data).toEqual({ regions: [], services: [] })
    await expect(ask(fleetView, anonymous, {})).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
