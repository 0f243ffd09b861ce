import { Because } from '../because.ts'
import type { Step } from './step.ts'

/** Users are let in no more, and what was under way has ended. */
export const drain: Step<'drain'> = async ({ service }, tools) => {
  if ((await tools.driver.isOpen(tools)) === false) tools.log(`${service} is closed already: making sure that nothing is under way`)
  await tools.driver.drain(tools)
  const open = await tools.driver.isOpen(tools)
  if (open) throw new Because(`${service} was drained, but users are let in again`, { open })
  const instances = await tools.driver.observe(tools)
  tools.log(`nobody is let into ${service}, and nothing is under way`)
  return { open, instances }
}
