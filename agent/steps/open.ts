import { Because } from '../because.ts'
import { allRun, sentenceOfInstances } from '../drivers/driver.ts'
import { askRoutes } from './ask-routes.ts'
import type { Step } from './step.ts'

/** Users are let in again, to the release that was meant and to no other. */
export const open: Step<'open'> = async ({ service, digest, instances: wanted }, tools) => {
  const before = await tools.driver.observe(tools)
  // The last moment at which nobody is hurt by the wrong release.
  if (!allRun(before, digest)) throw new Because(`${service} stays closed: not every instance is healthy on ${digest.slice(0, 19)}: ${sentenceOfInstances(before)}`, { instances: before })
  if (await tools.driver.isOpen(tools)) tools.log(`${service} is open already`)
  else await tools.driver.open(tools)
  if ((await tools.driver.isOpen(tools)) === false) throw new Because(`${service} was opened, but users are still kept out`, { open: false, instances: before })
  const routes = await askRoutes(digest, wanted, tools)
  const instances = await tools.driver.observe(tools)
  if (!allRun(instances, digest)) throw new Because(`${service} is open, but ${sentenceOfInstances(instances)}`, { instances })
  tools.log(`users are let into ${service} again`)
  return { instances, ...(routes ? { routes } : {}) }
}
