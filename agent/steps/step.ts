import type { StepParams } from '../step-params.ts'
import type { Driver, DriverTools } from '../drivers/driver.ts'
import type { Failpoint } from '../failpoint.ts'
import type { Mask } from '../mask.ts'

export interface StepTools extends DriverTools {
  driver: Driver
  /** Where users come in, for verify. */
  routes: string | null
  /** An earlier attempt ended without a known outcome. */
  again: boolean
  /** Names whose values never leave. */
  maskNames: readonly string[]
  fingerprintKey: Buffer
  /** From here on these values are masked in everything this step says. */
  learnSecrets: (values: readonly string[]) => void
  /** Hides every secret known so far. */
  mask: Mask
  /** Tells the agent that this point is reached, for fault tests. */
  mark: (name: Failpoint) => Promise<void>
}

/** What a step does. Resolves with its result; fails with a sentence. */
export type Step<K extends keyof StepParams> = (params: StepParams[K], tools: StepTools) => Promise<Record<string, unknown>>
