import { beforeAll, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { releaseLocks } from './release-locks.ts'
import { takeLocks } from './take-locks.ts'

let world: World
let commander: Actor

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  commander = world.people.commander
})

const run = (): { kind: string; id: string } => ({ kind: 'run', id: newId() })
const holders = async (names: string[]): Promise<(string | null)[]> => (await db().lock.findMany({ where: { name: { in: names } }, orderBy: { name: 'asc' } })).map((lock) => lock.ownerId)

test('takes all locks, with a record and an event', async () => {
  const owner = run()
  const { locks } = await execute(takeLocks, commander, { names: ['target:b', 'target:a', 'target:b'], owner, reason: 'back to 1.4.1' })
  expect(locks).toEqual([{ name: 'target:a', epoch: 1 }, { name: 'target:b', epoch: 1 }])
  expect(await holders(['target:a', 'target:b'])).toEqual([owner.id, owner.id])
  expect(await db().auditRecord.count({ where: { action: 'lock.take', subjectId: owner.id } })).toBe(1)
  expect(await db().outbox.findFirst({ where: { name: 'lock.taken', subject: owner.id } })).toMatchObject({ data: { names: ['target:a', 'target:b'] } })
})

test('takes none where one is held, and says by whom, since when and why', async () => {
  const first = run()
  await execute(takeLocks, commander, { names: ['target:d'], owner: first, reason: 'a deployment' })
  await expect(execute(takeLocks, commander, { names: ['target:c', 'target:d'], owner: run(), reason: 'a rollback' })).rejects.toMatchObject({
    code: 'locked', message: expect.stringMatching(new RegExp(`^target:d is held by run ${first.id} since .*Z: a deployment$`)),
  })
  expect(await holders(['target:c'])).toEqual([])
})

test('the same owner takes it again and nothing changes; released, it is free with an epoch that grows', async () => {
  const first = run()
  await execute(takeLocks, commander, { names: ['target:e'], owner: first, reason: 'one' })
  expect(await execute(takeLocks, commander, { names: ['target:e'], owner: first, reason: 'again' })).toEqual({ locks: [{ name: 'target:e', epoch: 1 }] })
  expect(await execute(releaseLocks, commander, { owner: first })).toEqual({ released: ['target:e'] })
  expect(await execute(releaseLocks, commander, { owner: first })).toEqual({ released: [] })
  expect(await execute(takeLocks, commander, { names: ['target:e'], owner: run(), reason: 'two' })).toEqual({ locks: [{ name: 'target:e', epoch: 2 }] })
})

test.each(['never taken before', 'taken and freed before'])('of 20 who want the same lock at once, %s, one gets it', async (history) => {
  const name = `target:race ${history}`
  if (history !== 'never taken before') {
    const before = run()
    await execute(takeLocks, commander, { names: [name], owner: before, reason: 'before' })
    await execute(releaseLocks, commander, { owner: before })
  }
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => execute(takeLocks, system('test'), { names: [name], owner: run(), reason: 'race', projectId: world.projectId })))
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'locked' })
})

test('runs that want overlapping locks in any order never wait for each other in a circle', async () => {
  const names = ['target:1', 'target:2', 'target:3', 'target:4']
  for (let round = 0; round < 5; round++) {
    const owners = Array.from({ length: 8 }, run)
    const results = await Promise.allSettled(owners.map((owner, n) => execute(takeLocks, commander, { names: n % 2 ? [...names].reverse() : names.slice(n % 3), owner, reason: 'circle' })))
    const won = results.filter((result) => result.status === 'fulfilled').length
    expect(won).toBeGreaterThanOrEqual(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'locked' })
    for (const owner of owners) await execute(releaseLocks, commander, { owner })
  }
})

test('a viewer is forbidden; for another project the locks are other locks', async () => {
  await expect(execute(takeLocks, world.people.viewer, { names: ['target:x'], owner: run(), reason: 'no' })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(execute(takeLocks, world.stranger, { names: ['target:x'], owner: run(), reason: 'no', projectId: world.projectId })).rejects.toMatchObject({ code: 'not_found' })
  const owner = run()
  await execute(takeLocks, commander, { names: ['target:y'], owner, reason: 'ours' })
  await expect(execute(takeLocks, world.stranger, { names: ['target:y'], owner: run(), reason: 'theirs' })).resolves.toEqual({ locks: [{ name: 'target:y', epoch: 1 }] })
  await expect(execute(releaseLocks, world.stranger, { owner })).rejects.toMatchObject({ code: 'not_found' })
})
