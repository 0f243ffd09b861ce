import { Because } from '../because.ts'
import { allStopped, sentenceOfInstances } from '../drivers/driver.ts'
import type { Step } from './step.ts'

/** Every old instance has ended; only behind a closed door. */
export const stop: Step<'stop'> = async ({ service }, tools) => {
  const before = await tools.driver.observe(tools)
  if (allStopped(before)) tools.log(`every instance of ${service} is stopped already`)
  else {
    tools.log(sentenceOfInstances(before))
    // A driver that can tell is asked; behind a script its user answers for the order.
    if (await tools.driver.isOpen(tools)) throw new Because(`users are let into ${service}: it has to be drained before it is stopped`, { instances: before })
    await tools.driver.stop(tools)
  }
  const after = await tools.driver.observe(tools)
  if (!allStopped(after)) throw new Because(`${service} was stopped, but ${sentenceOfInstances(after)}`, { instances: after })
  tools.log(sentenceOfInstances(after))
  return { instances: after }
}
