import type { CenterKind } from '#lib/orchestration/model.ts'
import { noRetry } from '#lib/orchestration/model.ts'
import type { CenterWork } from '#lib/orchestration/rules/center-step.ts'
import { reduce } from '#lib/orchestration/rules/run-machine.ts'
import type { Effect, MachineStep, Refusal, RunEvent, RunState } from '#lib/orchestration/rules/run-state.ts'
import type { StepStatus } from '#lib/orchestration/view.ts'

/** A step of an agent, as little said as a test needs; one that an agent has had has an epoch. */
export const step = (key: string, status: StepStatus = 'blocked', after: readonly string[] = [], says: Partial<MachineStep> = {}): MachineStep => {
  const begun = status !== 'blocked' && status !== 'ready' && status !== 'skipped'
  return {
    key, status, after, because: status === 'failed' ? 'it broke' : null, epoch: begun ? 1 : 0, attempt: begun ? 1 : 0, agentId: status === 'leased' ? 'ana' : null, leaseLeftMs: status === 'leased' ? 15_000 : null,
    waitLeftMs: null, cancelling: false, repeatable: true, retry: { ...noRetry, used: 0 }, center: null, compensate: null, undoes: null, ...says,
  }
}

/** A step of the command center itself. */
export const own = (key: string, kind: CenterKind, after: readonly string[] = [], work: Partial<CenterWork> = {}, status: StepStatus = 'blocked', says: Partial<MachineStep> = {}): MachineStep =>
  step(key, status, after, { epoch: 0, attempt: 0, center: { kind, params: {}, measured: null, voices: [], ...work }, ...says })

export const run = (steps: readonly MachineStep[], says: Partial<RunState> = {}): RunState => ({ status: 'running', because: null, purpose: 'rollback', term: 1, startedBy: 'mira', compensating: false, steps, ...says })

export const by = { id: 'mira', name: 'Mira', term: 1 }

export const statusOf = (state: RunState, key: string): StepStatus | undefined => state.steps.find((one) => one.key === key)?.status
export const statuses = (state: RunState): Record<string, StepStatus> => Object.fromEntries(state.steps.map((one) => [one.key, one.status]))

/** What comes of events, one after the other; a refusal is the test's failure. */
export function play(state: RunState, ...events: RunEvent[]): { state: RunState; effects: Effect[] } {
  const effects: Effect[] = []
  for (const event of events) {
    const turn = reduce(state, event)
    if (!turn.ok) throw new Error(`${event.type} was refused: ${turn.because}`)
    state = turn.state
    effects.push(...turn.effects)
  }
  return { state, effects }
}

/** The refusal of an event; the test fails where there is none. */
export function refusal(state: RunState, event: RunEvent): Refusal {
  const turn = reduce(state, event)
  if (turn.ok) throw new Error(`${event.type} was not refused`)
  return turn
}
