import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { breakTheShop } from '#demo/break-the-shop.ts'
import { allPorts, isFree, layOut } from '#demo/ports.ts'
import type { Stack } from '#demo/stack.ts'
import { startStack } from '#demo/stack.ts'
import { buildWhereStale } from '#scripts/build.ts'
import { dataFolder, freePort } from '#scripts/postgres.ts'
import { serveControl } from './control.ts'
import { browserFolder, folderName, placeFile } from './place.ts'
import { leaveLock } from './leave-lock.ts'
import { seedPlans } from './seed-plans.ts'

/** Draws the size and the moment of faults: the same story every time. */
const seed = 42

/** Builds what is stale, starts one stack on a clean sheet for all browser tests, and ends it after the last. */
export default async function startForBrowsers(): Promise<() => Promise<void>> {
  const started = performance.now()
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
  rmSync(dataFolder(folderName), { recursive: true, force: true })
  mkdirSync(browserFolder(), { recursive: true })
  const stack = await startStack({ name: folderName, port: await freePort(), fleetPort: await freeFleetPort(), seed })
  const control = await serveControl(movesOf(stack))
  writeFileSync(placeFile(), JSON.stringify({ url: stack.center.publicUrl, password: stack.password, control: control.place }), { mode: 0o600 })
  console.log(`stack: ready at ${stack.center.publicUrl} after ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return async () => {
    await control.stop()
    await stack.stop()
  }
}

/** What a test may do to the stack, which lives in another process than the test. */
const movesOf = (stack: Stack): Record<string, () => Promise<string>> => ({
  'break/errors': () => breakTheShop(stack, 'errors'),
  'locks/leave': () => leaveLock(stack.center.urls.databaseUrl),
  'plans/seed': async () => JSON.stringify(await seedPlans(stack.center.urls.databaseUrl)),
  'server/kill': async () => {
    await stack.center.end('SIGKILL')
    return 'gone'
  },
  'server/start': async () => {
    await stack.center.start()
    return 'back'
  },
})

async function freeFleetPort(): Promise<number> {
  for (let base = 8_100; base < 12_000; base += 200) {
    const free = await Promise.all(allPorts(layOut(base), 20).map(isFree))
    if (free.every(Boolean)) return base
  }
  throw new Error('no range of ports between 8100 and 12000 is free for Harbor; end what holds them')
}
