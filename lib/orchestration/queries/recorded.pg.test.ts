import { beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { loadRecorded } from './recorded.ts'

let world: World
let runId: string

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => {
  world = await seedWorld()
  runId = newId()
  const planId = newId()
  const common = { projectId: world.projectId, kind: 'real' }
  await db().plan.create({ data: { id: planId, ...common, environmentId: world.environmentId, purpose: 'rollback', v: 2, document: {}, hash: 'h', forecast: {}, status: 'proposed', createdBy: 'x', createdAt: new Date() } })
  await db().run.create({ data: { id: runId, ...common, planId, planHash: 'h', status: 'succeeded', authority: {}, startedBy: 'x' } })
})

interface Past {
  kind?: string
  service?: keyof World['services'] | null
  region?: 'eu' | 'us' | null
  /** Milliseconds: ready, started, finished, after a common beginning. */
  times: [number, number, number]
  status?: string
  drill?: boolean
}
const beginning = Date.now() - 3_600_000

async function happened(pasts: Past[]): Promise<void> {
  await db().step.createMany({
    data: pasts.map(({ kind = 'deploy', service = 'checkout', region = 'eu', times: [ready, started, finished], status = 'succeeded' }, position) => ({
      id: newId(), projectId: world.projectId, runId, key: `${kind}:${position}`, position, role: 'deploy', stepKind: kind, kind: 'real', environmentId: world.environmentId, regionId: region && world.regions[region], serviceId: service && world.services[service],
      params: {}, repeatable: true, timeoutMs: 1_000, after: [], status, readyAt: new Date(beginning + ready), startedAt: new Date(beginning + started), finishedAt: new Date(beginning + finished),
    })),
  })
}
const load = () => loadRecorded(db(), world.projectId, world.environmentId)

test('a step counts from its first lease to its last word (a person’s from when they could begin), under its own name and the wider ones, the newest first', async () => {
  await happened([{ times: [0, 40, 1_040] }, { times: [2_000, 2_040, 4_040] }, { region: 'us', times: [5_000, 5_000, 8_000] }, { service: 'payments', times: [9_000, 9_000, 13_000] }, { kind: 'manual', service: null, region: null, times: [14_000, 19_000, 19_000] }])
  expect((await load()).steps).toEqual({
    'deploy:checkout:eu': [2_000, 1_000], 'deploy:checkout:us': [3_000], 'deploy:payments:eu': [4_000], 'deploy:checkout': [3_000, 2_000, 1_000], 'deploy:payments': [4_000], deploy: [4_000, 3_000, 2_000, 1_000],
    'manual::': [5_000], 'manual:': [5_000], manual: [5_000],
  })
})

test('what failed, what was skipped and other projects’ runs do not count', async () => {
  await happened([{ times: [0, 0, 9_000], status: 'failed' }, { times: [0, 0, 9_000], status: 'skipped' }])
  const elsewhere = await seedWorld()
  expect(await load()).toMatchObject({ steps: {}, handOver: [] })
  expect((await loadRecorded(db(), elsewhere.projectId, elsewhere.environmentId)).steps).toEqual({})
})

test('a hand-over begins when the step could start and a hand of its region was free', async () => {
  // The second one could start at once and waited for the first to end; the third, in another region, waited for nobody.
  await happened([{ times: [0, 50, 1_000] }, { times: [0, 1_030, 2_000] }, { region: 'us', times: [0, 70, 2_500] }])
  expect((await load()).handOver).toEqual([70, 30, 50])
})

test('while another hand is free nobody waits for the first: all of it is hand-over', async () => {
  await db().agent.update({ where: { id: world.agents.eu.id }, data: { parallel: 4 } })
  await happened([{ times: [0, 50, 1_000] }, { times: [0, 1_030, 2_000] }])
  expect((await load()).handOver).toEqual([1_030, 50])
})

test('counts the hands of agents that were lately heard of, by region', async () => {
  await db().agent.update({ where: { id: world.agents.eu.id }, data: { parallel: 3 } })
  await db().agent.update({ where: { id: world.agents.us.id }, data: { lastSeenAt: new Date(Date.now() - 60_000) } })
  expect((await load()).hands).toEqual({ eu: 3 })
})
