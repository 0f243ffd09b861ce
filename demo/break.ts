import { join } from 'node:path'
import { dataFolder } from '#scripts/postgres.ts'
import { breakages } from './break-the-shop.ts'
import { askToBreak } from './control.ts'
import type { FaultKind } from './fleet.ts'

/* `npm run demo:break -- errors`: releases something bad into the demo that runs in another terminal. */

const kind = process.argv[2] as FaultKind
if (!breakages.includes(kind)) {
  console.error(`say what should be wrong with the next release: npm run demo:break -- ${breakages.join(' | ')}`)
  process.exit(2)
}
try {
  const version = await askToBreak(join(dataFolder('demo'), 'state/control.json'), kind)
  console.log(`checkout ${version} (${kind === 'none' ? 'nothing wrong with it' : kind}) is being deployed. Watch: it goes bad 8 to 20 s after it serves.`)
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
