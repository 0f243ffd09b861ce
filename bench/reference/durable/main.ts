import { answerParent } from '../../support/child.ts'
import { startBoss } from './boss.ts'
import { startDbos } from './dbos.ts'
import { startGraphile } from './graphile.ts'
import { startRaw } from './raw.ts'

/* The engines that a ten-step run is printed beside, each on a database of its own, in a process that does nothing else. */

const [raw = '', graphile = '', boss = '', dbos = ''] = process.argv.slice(2)
const engines = [await startRaw(raw), await startGraphile(graphile), await startBoss(boss), await startDbos(dbos)]

answerParent(async (question) => {
  const { engine, steps } = question as { engine: number; steps: number }
  if (engine < 0) return engines.map(({ name }) => name)
  const wanted = engines[engine]
  if (!wanted) throw new Error(`there is no engine ${engine}`)
  return wanted.chain(steps)
})
