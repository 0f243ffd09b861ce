import { join } from 'node:path'
import { dataFolder } from '#scripts/postgres.ts'
import type { Breakage } from './break-the-shop.ts'
import { breakages, whatToWatch } from './break-the-shop.ts'
import { askToBreak } from './control.ts'

/* `npm run demo:break -- errors`: releases something bad into the demo that runs in another terminal. */

const kind = process.argv[2] as Breakage
if (!breakages.includes(kind)) {
  console.error(`say what should be wrong with the next release: npm run demo:break -- ${breakages.join(' | ')}`)
  process.exit(2)
}
try {
  const version = await askToBreak(join(dataFolder('demo'), 'state/control.json'), kind)
  console.log(whatToWatch(kind, version))
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
