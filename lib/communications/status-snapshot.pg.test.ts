import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { publicPool } from '#lib/platform/db.ts'
import { forget } from '#lib/platform/runtime.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { setComponents } from './commands/set-components.ts'
import { readStatus } from './status-snapshot.ts'

let world: World
let folder: string

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  folder = await mkdtemp(join(tmpdir(), 'status-'))
})
afterAll(() => rm(folder, { recursive: true }))

const nothing = { overall: 'operational', components: [], incidents: [] }

test('the status page outlives its database and this process, and says how old it is', async () => {
  const file = join(folder, 'deep', 'status.json')
  await execute(setComponents, world.people.admin, { components: [{ name: 'Buying', services: ['checkout'] }] })
  const first = await readStatus({ file })
  expect(first).toMatchObject({ fresh: true, status: { ...nothing, components: [{ name: 'Buying', state: 'operational' }] } })
  expect(await readdir(join(folder, 'deep'))).toEqual(['status.json'])

  // The database is away: every further connection fails.
  await publicPool().end()
  forget('status-snapshot')
  const second = await readStatus({ file })
  expect(second).toEqual({ ...first, fresh: false })

  // A crowd is answered from memory, at once.
  const began = performance.now()
  const crowd = await Promise.all(Array.from({ length: 5_000 }, () => readStatus({ file })))
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(crowd.every((one) => !one.fresh && one.at === first.at)).toBe(true)

  // With neither, it says so instead of making something up.
  forget('status-snapshot')
  await expect(readStatus({ file: join(folder, 'none.json') })).rejects.toMatchObject({ code: 'unavailable' })

  forget('public-pool')
  forget('status-snapshot')
  expect(await readStatus({ file })).toMatchObject({ fresh: true })
})

test('many readers at once cost one read and see the same', async () => {
  forget('status-snapshot')
  const file = join(folder, 'many.json')
  const answers = await Promise.all(Array.from({ length: 20 }, () => readStatus({ file })))
  expect(new Set(answers.map((answer) => answer.at)).size).toBe(1)
})
