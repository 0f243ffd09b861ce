import type { ActionSettings } from '../config-actions.ts'
import type { Driver, DriverTools } from '../drivers/driver.ts'
import type { Failpoint } from '../failpoint.ts'
import type { Mask } from '../mask.ts'
import type { LogLine } from '../protocol.ts'
import type { KnownKind, StepParams } from '../step-params.ts'

/** What every step has at hand. */
export interface ActionTools {
  /** Ends a little before the step's time is over, so that it can still say what it sees. */
  signal: AbortSignal
  log: (line: string, stream?: LogLine['stream']) => void
  /** What a program's output has to wait for; null = nothing. */
  flow: () => Promise<void> | null
  /** Which attempt of which step this is: the token under which an effect is remembered. */
  token: { stepId: string; epoch: number; key: string }
  /** An earlier attempt ended without a known outcome. */
  again: boolean
  /** True for a check: it is asked once, and "not yet" is an answer. */
  looking: boolean
  settings: ActionSettings
  /** A private folder that goes away with the step. */
  scratch: string
  /** The value of a secret by its name; only names that the configuration allows. */
  secret: (name: string) => string
  /** Variables by name from the agent's environment, for a program. */
  env: (names: readonly string[]) => Record<string, string>
  /** From here on these values are masked in everything this step says. */
  learnSecrets: (values: readonly string[]) => void
  /** Hides every secret known so far. */
  mask: Mask
}

/** What a step that is done to a target has besides. */
export interface StepTools extends ActionTools, Omit<DriverTools, keyof ActionTools> {
  driver: Driver
  /** Where users come in, for verify. */
  routes: string | null
  /** Names whose values never leave. */
  maskNames: readonly string[]
  fingerprintKey: Buffer
  /** Tells the agent that this point is reached, for fault tests. */
  mark: (name: Failpoint) => Promise<void>
}

export type Result = Record<string, unknown>

/** What a step does. Resolves with its result; fails with a sentence. */
export type Step<K extends KnownKind> = (params: StepParams[K], tools: StepTools) => Promise<Result>

/** The same for what is done to no target. */
export type ActionStep<K extends KnownKind> = (params: StepParams[K], tools: ActionTools) => Promise<Result>
