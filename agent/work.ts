import type { ArtifactStore } from './artifacts.ts'
import type { CheckedStep } from './check-lease.ts'
import type { Target } from './config.ts'
import type { Failpoint } from './failpoint.ts'
import type { LogLine, Outcome } from './protocol.ts'

/** What the agent hands to a worker: one checked step and all it needs, so that the worker reads no files of the agent's. */
export interface Work {
  step: CheckedStep
  again: boolean
  target: Target
  store: ArtifactStore
  maskNames: string[]
  fingerprintKey: string
}

/** What a worker says, one JSON line each. */
export type Said = { log: Omit<LogLine, 'seq'> } | { mark: Failpoint } | { done: Outcome }
