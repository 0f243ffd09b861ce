import type { Step } from './step.ts'

/** The approved bytes are here, their digest computed, and where they will run. */
export const stage: Step<'stage'> = async ({ release }, tools) => {
  const { bytes } = await tools.driver.stage(release, tools)
  tools.log(`${bytes} bytes have digest ${release.digest}`)
  return { digest: release.digest, bytes }
}
