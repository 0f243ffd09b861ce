import { Because, becauseOf } from '../because.ts'
import { allRun, sentenceOfInstances } from '../drivers/driver.ts'
import type { Step } from './step.ts'

/** Looks first, switches what is not there yet (one after the other, or all at once while nobody is let in), and reports what is seen afterwards, never what was meant. */
export const deploy: Step<'deploy'> = async ({ service, to, from, closed }, tools) => {
  const before = await tools.driver.observe(tools)
  if (tools.again) tools.log('an earlier attempt ended without a known outcome: looking first')
  tools.log(sentenceOfInstances(before))
  if (allRun(before, to.digest)) {
    tools.log(`every instance already runs ${to.version}: nothing to do`)
    return { instances: before }
  }
  // Somebody moved it since the plan was made; going to the approved release is still what was approved.
  const other = before.find((one) => one.digest !== null && one.digest !== to.digest && !from.includes(one.digest))
  if (other) tools.log(`${other.id} runs ${other.version ?? other.digest}, which the plan did not expect`)

  if (closed && (await tools.driver.isOpen(tools))) throw new Because(`users are let into ${service}: ${to.version} may only be started while it is closed`, { instances: before })
  const switching = (closed ? tools.driver.start(to, tools) : tools.driver.switch(to, tools)).then(
    () => null,
    (error: unknown) => ({ error }),
  )
  await tools.mark('during-switch')
  const failure = await switching
  const after = await tools.driver.observe(tools).catch(() => null)
  const result = after ? { instances: after } : null
  if (failure) {
    if (failure.error instanceof Because) throw new Because(`${failure.error.message}; now ${after ? sentenceOfInstances(after) : 'it cannot be asked what runs'}`, result)
    throw new Because(becauseOf(failure.error), result)
  }
  if (!after) throw new Because(`${service} was switched to ${to.version}, but then it could not be asked what runs`)
  if (!allRun(after, to.digest)) throw new Because(`${service} was switched to ${to.version}, but ${sentenceOfInstances(after)}`, result)
  return { instances: after }
}
