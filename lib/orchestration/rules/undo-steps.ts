import { centerWork } from './center-step.ts'
import { noRetry } from '../model.ts'
import type { MachineStep, Refusal, RunState } from './run-state.ts'
import { atRest, isOver, refuse } from './run-state.ts'

/** The key of the step that takes another one back; agents read it as such. */
export const undoKey = (key: string): string => `undo:${key}`

/** What could be taken back now: what has succeeded and says how. */
export const undoable = (state: RunState): MachineStep[] => state.steps.filter((step) => step.undoes === null && step.status === 'succeeded' && step.compensate !== null)

/** Why nothing can be taken back now, or null where it can. */
export function whyNotUndo(state: RunState): Refusal | null {
  if (state.purpose !== 'rollback') return refuse('conflict', 'only what a rollback did can be taken back; a deployment is rolled back')
  if (state.steps.some((step) => step.undoes !== null)) return refuse('conflict', 'what could be taken back is being taken back, or has been; see its steps')
  if (state.status !== 'paused' && !(isOver(state.status) && state.status !== 'succeeded')) return refuse('conflict', `the run is ${state.status}; only what a paused, failed or aborted one did can be taken back`, { status: state.status })
  const held = state.steps.find((step) => step.status === 'leased')
  if (held) return refuse('conflict', `${held.key} is still at an agent; wait until it has stopped`, { step: held.key })
  const unknown = state.steps.find((step) => step.status === 'indeterminate')
  if (unknown) return refuse('conflict', `nobody knows whether ${unknown.key} happened; say which first`, { step: unknown.key })
  if (undoable(state).length === 0) return refuse('conflict', 'no step that was done says how it is taken back')
  return null
}

/**
 * The steps that take back what was done, in the opposite order: a step is taken back once everything that was built on it is.
 * Example: a → b → c, and b cannot be taken back: undo:c, then undo:a.
 */
export function undoSteps(state: RunState): MachineStep[] {
  const done = undoable(state)
  const before = nearest(state, new Set(done.map((step) => step.key)))
  const after = new Map<string, string[]>(done.map((step) => [step.key, []]))
  for (const step of done) for (const key of before.get(step.key) ?? []) after.get(key)?.push(undoKey(step.key))
  return done.toReversed().map((step): MachineStep => {
    const action = step.compensate
    return {
      ...atRest,
      key: undoKey(step.key),
      after: after.get(step.key) ?? [],
      status: 'blocked',
      because: null,
      epoch: 0,
      attempt: 0,
      // Nobody declared that taking it back twice is harmless.
      repeatable: false,
      retry: { ...noRetry, used: 0 },
      center: action && centerWork(action.kind, action.params),
      compensate: null,
      undoes: step.key,
    }
  })
}

/** For every step the nearest of `these` before it, looking through those that are not among them. */
function nearest(state: RunState, these: ReadonlySet<string>): Map<string, Set<string>> {
  const byKey = new Map(state.steps.map((step) => [step.key, step]))
  const found = new Map<string, Set<string>>()
  const of = (key: string): Set<string> => {
    const known = found.get(key)
    if (known) return known
    const before = new Set<string>()
    found.set(key, before)
    for (const one of byKey.get(key)?.after ?? []) for (const hit of these.has(one) ? [one] : of(one)) before.add(hit)
    return before
  }
  for (const step of state.steps) of(step.key)
  return found
}

/** How a run whose effects were taken back ends, in words. */
export function takenBack({ steps }: RunState): string {
  const undos = steps.filter((step) => step.undoes !== null)
  const back = undos.filter((step) => step.status === 'succeeded').flatMap((step) => step.undoes ?? [])
  const left = undos.filter((step) => step.status === 'skipped').flatMap((step) => step.undoes ?? [])
  const failed = steps.filter((step) => step.undoes === null && step.status === 'failed').map((step) => step.key)
  const kept = steps.filter((step) => step.undoes === null && step.status === 'succeeded' && step.compensate === null && step.center === null).map((step) => step.key)
  return [
    back.length > 0 ? `taken back: ${back.join(', ')}` : 'nothing was taken back',
    ...(left.length > 0 ? [`left as it is by a person: ${left.join(', ')}`] : []),
    ...(kept.length > 0 ? [`says no way back: ${kept.join(', ')}`] : []),
    ...(failed.length > 0 ? [`had failed, how far is not known: ${failed.join(', ')}`] : []),
  ].join('; ')
}
