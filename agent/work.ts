import type { ArtifactStore } from './artifacts.ts'
import type { CheckedStep } from './check-lease.ts'
import type { Target } from './config.ts'
import type { ActionSettings } from './config-actions.ts'
import type { Failpoint } from './failpoint.ts'
import type { LogLine, Outcome } from './protocol.ts'

/** What the agent hands to a worker: one checked step and all it needs, so that the worker reads no files of the agent's. */
export interface Work {
  step: CheckedStep
  stepId: string
  epoch: number
  key: string
  again: boolean
  targets: Target[]
  settings: ActionSettings
  /** A folder of this step's own; gone when it has ended. */
  scratch: string
  store: ArtifactStore
  maskNames: string[]
  fingerprintKey: string
}

/** What a worker says, one JSON line each. `unknown`: whether it happened could not be found out. */
export type Said = { log: Omit<LogLine, 'seq'> } | { mark: Failpoint } | { done: Outcome } | { unknown: string }
