import { Because, becauseOf } from '../because.ts'
import { allRun, sentenceOfInstances } from '../drivers/driver.ts'
import type { Step } from './step.ts'

/** Looks first, switches what is not there yet, and reports what is seen afterwards, never what was meant. */
export const deploy: Step<'deploy'> = async ({ service, to, from }, tools) => {
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

  const switching = tools.driver.switch(to, tools).then(
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
