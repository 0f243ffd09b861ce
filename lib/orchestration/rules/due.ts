import type { RunState } from './run-state.ts'

/** Whether something that waited for a time or for a measurement may go on. */
export const isDue = (state: RunState): boolean =>
  state.status === 'running' &&
  state.steps.some(({ status, center, waitLeftMs }) => status === 'ready' && ((center?.kind === 'wait' && waitLeftMs !== null && waitLeftMs <= 0) || (center?.kind === 'validate' && (center.measured?.verdict ?? null) !== null)))
