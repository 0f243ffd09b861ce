import type { RunStatus } from '../view.ts'
import type { Effect, EventType, MachineStep, Refusal, RunEvent, RunState, Turn } from './run-state.ts'
import { atIssue, atRest, isOver, refuse, withSteps } from './run-state.ts'
import { settleRun } from './settle-run.ts'
import { stepTurn } from './step-turn.ts'
import { undoSteps, whyNotUndo } from './undo-steps.ts'

/** In which states of a run an event may happen at all. What is not here is refused; what is here may still be refused for its step. */
export const allowedWhen: Readonly<Record<EventType, readonly RunStatus[]>> = {
  start: ['pending'],
  pause: ['running'],
  resume: ['paused'],
  abort: ['running', 'paused'],
  stop: ['running', 'paused'],
  halt: ['running'],
  'call-off': ['running', 'paused'],
  compensate: ['paused', 'failed', 'aborted'],
  lease: ['running'],
  renew: ['running', 'paused', 'succeeded', 'failed', 'aborted'],
  complete: ['running', 'paused', 'failed', 'aborted'],
  expire: ['running', 'paused', 'failed', 'aborted'],
  retry: ['paused'],
  skip: ['paused'],
  settle: ['running', 'paused', 'failed', 'aborted'],
  confirm: ['running', 'paused'],
  agree: ['running', 'paused'],
  tick: ['pending', 'running', 'paused', 'succeeded', 'failed', 'aborted'],
}

/** Why an event cannot happen in this state of the run; each says what would have to be. */
const refusals: Readonly<Partial<Record<EventType, (status: RunStatus) => string>>> = {
  start: (status) => `the run is ${status}; it has begun already`,
  pause: (status) => `the run is ${status}; only a running one can be paused`,
  resume: (status) => `the run is ${status}; only a paused one can be resumed`,
  complete: (status) => `the run is ${status}, and this report no longer counts`,
  stop: (status) => `the run is ${status}; there is nothing to stop`,
  compensate: (status) => `the run is ${status}; only what a paused, failed or aborted one did can be taken back`,
  retry: (status) => `the run is ${status}; pause it first`,
  skip: (status) => `the run is ${status}; a step can be skipped only in a paused run, and only while no agent holds it`,
}

/**
 * The run's machine: what is and what happens, in; what then is and what has to be done, out. A refusal changes nothing.
 * It knows no clock, no database and no people's rights: who may is asked before.
 */
export function reduce(state: RunState, event: RunEvent): Turn | Refusal {
  const refused = whyNot(state, event)
  if (refused) return refused
  const turned = 'key' in event ? stepTurn(state, event) : runTurn(state, event)
  if ('ok' in turned) return turned
  const settled = settleRun(turned.state)
  return { ok: true, state: settled.state, effects: [...turned.effects, ...settled.effects, ...passages(state, settled.state)] }
}

function whyNot(state: RunState, event: RunEvent): Refusal | null {
  if (!allowedWhen[event.type].includes(state.status)) return refuse(event.type === 'complete' ? 'stale_lease' : 'conflict', refusals[event.type]?.(state.status) ?? `the run is ${state.status}`, { status: state.status })
  const term = 'by' in event ? event.by.term : null
  // Whoever took the seat since steers; what was decided under an earlier term comes too late.
  if (term !== null && state.term !== null && term < state.term) return refuse('conflict', `somebody took command since (term ${state.term}, yours was ${term}); look again`, { term: state.term })
  return null
}

/** What is done when the run passes from one status to another. */
function passages(before: RunState, after: RunState): Effect[] {
  const effects: Effect[] = []
  if (before.status === 'pending' && after.status !== 'pending') effects.push({ do: 'begin' })
  if (isOver(before.status) && !isOver(after.status)) effects.push({ do: 'take-locks' })
  if (!isOver(before.status) && isOver(after.status)) effects.push({ do: 'finish', status: after.status, because: after.because })
  // What an agent still holds may still be changing its target: the locks are free with its last word, or when its lease has run out.
  if (isFree(after) && !isFree(before)) effects.push({ do: 'free-locks' })
  return effects
}

const isFree = (state: RunState): boolean => isOver(state.status) && state.steps.every((step) => step.status !== 'leased')

type Turned = { state: RunState; effects: readonly Effect[] }

function runTurn(state: RunState, event: Exclude<RunEvent, { key: string }>): Turned | Refusal {
  const steered = 'by' in event && event.by.term !== null ? { ...state, term: event.by.term } : state
  switch (event.type) {
    case 'start':
      return only({ ...steered, status: 'running', because: null, startedBy: event.by.id })
    case 'pause':
      return only({ ...steered, status: 'paused', because: `paused: ${event.reason}` })
    case 'halt':
      return only({ ...state, status: 'paused', because: event.because })
    case 'call-off':
      return only({ ...state, status: 'aborted', because: event.because })
    case 'abort':
      return only({ ...steered, status: 'aborted', because: `aborted: ${event.reason}` })
    case 'stop':
      return only(fenced({ ...steered, status: 'paused', because: `stopped by ${event.by.name}: ${event.reason}` }))
    case 'resume':
      return resumed(steered)
    case 'compensate':
      return compensating(steered, event.by.name, event.reason)
    case 'tick':
      return only(later(state, event.ms))
  }
}

const only = (state: RunState): Turned => ({ state, effects: [] })

/** Whoever holds a step is told to stop it; the lease stays until the agent says that it has, or it runs out. */
const fenced = (state: RunState): RunState => withSteps(state, new Map(state.steps.filter((step) => step.status === 'leased').map((step) => [step.key, { cancelling: true }])))

function resumed(state: RunState): Turned | Refusal {
  const steps = atIssue(state)
  const stuck = steps.find(({ status, repeatable }) => status === 'failed' || status === 'indeterminate' || (status === 'cancelled' && !repeatable))
  if (stuck) return refuse('conflict', `${stuck.key} is ${stuck.status}; retry it, skip it or say what happened first`, { step: stuck.key })
  const stopping = state.steps.find((step) => step.cancelling)
  if (stopping) return refuse('conflict', `${stopping.key}: an agent has not yet confirmed that it stopped; wait a moment`, { step: stopping.key })
  const again = steps.filter((step) => step.status === 'cancelled')
  return only(withSteps({ ...state, status: 'running', because: state.compensating ? state.because : null }, new Map(again.map((step): [string, Partial<MachineStep>] => [step.key, { ...atRest, status: 'ready', because: null }]))))
}

function compensating(state: RunState, name: string, reason: string): Turned | Refusal {
  const refused = whyNotUndo(state)
  if (refused) return refused
  const because = `${name} has what was done taken back: ${reason}`
  const rest = new Map<string, Partial<MachineStep>>()
  for (const { key, status } of state.steps) if (status === 'blocked' || status === 'ready') rest.set(key, { ...atRest, status: 'cancelled', because })
  const kept = withSteps(state, rest)
  return only({ ...kept, status: 'running', compensating: true, because, steps: [...kept.steps, ...undoSteps(state)] })
}

function later(state: RunState, ms: number): RunState {
  if (ms === 0) return state
  const passed = (left: number | null): number | null => (left === null ? null : left - ms)
  return { ...state, steps: state.steps.map((step) => (step.leaseLeftMs === null && step.waitLeftMs === null ? step : { ...step, leaseLeftMs: passed(step.leaseLeftMs), waitLeftMs: passed(step.waitLeftMs) })) }
}
