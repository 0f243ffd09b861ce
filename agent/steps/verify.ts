import { NotSo } from '../because.ts'
import { allRun, sentenceOfInstances } from '../drivers/driver.ts'
import { monotonicMs } from '../monotonic.ts'
import { pause } from '../pause.ts'
import { askRoutes } from './ask-routes.ts'
import type { Step } from './step.ts'

const longestMs = 8_000
const afterMissMs = 200

/** What really serves: asked where users come in (unless they are kept out), then of the target itself. */
export const verify: Step<'verify'> = async ({ service, digest, instances: wanted, closed }, tools) => {
  const until = monotonicMs() + longestMs
  const routes = closed ? null : await askRoutes(digest, wanted, tools)

  for (;;) {
    const seen = await tools.driver.observe(tools)
    const enough = wanted === undefined || seen.length >= wanted
    if (allRun(seen, digest) && enough) {
      await tools.driver.verify(digest, tools)
      tools.log(sentenceOfInstances(seen))
      return { instances: seen, ...(routes ? { routes } : {}) }
    }
    if (monotonicMs() >= until || tools.signal.aborted) {
      throw new NotSo(enough ? `not every instance of ${service} is healthy on ${digest.slice(0, 19)}: ${sentenceOfInstances(seen)}` : `${service} should have ${wanted} instances; ${sentenceOfInstances(seen)}`, { instances: seen })
    }
    await pause(afterMissMs, tools.signal)
  }
}
