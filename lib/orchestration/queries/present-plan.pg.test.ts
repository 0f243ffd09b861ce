import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedRun } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { planView } from './plan.ts'

let world: World
const view = async (planId: string) => (await ask(planView, world.people.viewer, { planId })).data

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

test('the plans of one incident know each other, and those of another do not', async () => {
  const { id: incidentId } = await seedIncident(world)
  const plans = [await seedRun(world, incidentId, 'aborted'), await seedRun(world, incidentId, 'aborted'), await seedRun(world, incidentId, 'running')]
  const other = await seedRun(world, (await seedIncident(world)).id, 'running')
  const [first, second, third] = plans.map(({ planId }) => planId) as [string, string, string]
  for (const [index, planId] of [first, second, third].entries()) await db().plan.update({ where: { id: planId }, data: { createdAt: new Date(Date.UTC(2026, 10, 23, 2, index)), status: index < 2 ? 'superseded' : 'proposed' } })
  const shown = await Promise.all([first, second, third, other.planId].map(view))
  expect(shown.map(({ supersedes }) => supersedes)).toEqual([null, first, second, null])
  expect(shown.map(({ supersededBy }) => supersededBy)).toEqual([third, third, null, null])
})

test('a plan names its incident and whoever proposed it', async () => {
  const { id: incidentId } = await seedIncident(world)
  const { planId } = await seedRun(world, incidentId, 'running')
  await db().plan.update({ where: { id: planId }, data: { createdBy: world.people.commander.id } })
  const plan = await view(planId)
  expect(plan.incident).toMatchObject({ id: incidentId })
  expect(plan.author).toBe(world.people.commander.name)
  expect((await view((await seedRun(world, incidentId, 'running')).planId)).author).toBe('test')
})
