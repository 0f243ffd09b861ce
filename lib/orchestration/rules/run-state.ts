import type { Action, Retry } from '../model.ts'
import type { RunStatus, StepStatus } from '../view.ts'
import type { CenterWork } from './center-step.ts'

/** A step as the machine sees it. Times are milliseconds left, as of when the state was read: a rule has no clock. */
export interface MachineStep {
  key: string
  after: readonly string[]
  status: StepStatus
  because: string | null
  /** The fencing token: grows by one with every lease, and never falls. */
  epoch: number
  attempt: number
  agentId: string | null
  /** Until its lease runs out, below zero once it has; null where nobody holds it. */
  leaseLeftMs: number | null
  /** Ready, but not for so long: a wait, or the pause before another attempt. */
  waitLeftMs: number | null
  /** Its agent has been told to stop and has not yet said that it has. */
  cancelling: boolean
  repeatable: boolean
  retry: Retry & { used: number }
  /** What the command center has to know of a step that it does itself; null for what an agent does. */
  center: CenterWork | null
  /** What takes its effect back; null = nothing does. */
  compensate: Action | null
  /** The step whose effect this one takes back; null for a step of the plan itself. */
  undoes: string | null
}

export interface RunState {
  status: RunStatus
  because: string | null
  purpose: 'rollback' | 'deployment'
  /** The term of the seat under which it was last steered; only grows. Null where no seat is involved. */
  term: number | null
  /** Who started it, by id: does not count where somebody has to agree. */
  startedBy: string
  /** Its own steps are over, and what they did is being taken back. */
  compensating: boolean
  steps: readonly MachineStep[]
}

/** Somebody who says something, and under which term of the seat (null: the seat is not asked for). */
export interface By {
  id: string
  name: string
  term: number | null
}

/** One event of each of these types, all of the same shape. */
type Each<T extends string, Says> = T extends T ? { type: T } & Says : never

/** All that can happen to a run. */
export type RunEvent =
  | { type: 'start'; by: By }
  | Each<'pause' | 'abort' | 'compensate', { by: By; reason: string }>
  | { type: 'resume'; by: By }
  /** Anyone who responds may stop; the seat is not asked. */
  | { type: 'stop'; by: By; reason: string }
  /** What it rests on (hash, approval, proof) does not hold any more: a person decides (`halt`), or it ends (`call-off`). */
  | Each<'halt' | 'call-off', { because: string }>
  | { type: 'lease'; key: string; agentId: string; leaseMs: number }
  | { type: 'renew'; key: string; agentId: string; epoch: number; leaseMs: number }
  | { type: 'complete'; key: string; agentId: string; epoch: number; outcome: 'succeeded' | 'failed' | 'cancelled'; because: string | null }
  /** `marginMs`: how long after its end a lease is sure to be over at its agent. */
  | { type: 'expire'; key: string; marginMs: number; agent: string }
  | Each<'retry' | 'skip', { key: string; by: By; reason: string }>
  | { type: 'settle'; key: string; happened: boolean; by: By; reason: string }
  /** `at`: ISO 8601, kept with the words. */
  | Each<'confirm' | 'agree', { key: string; by: By; word: string; at: string }>
  /** Time passes; what waits for a time or a measurement is looked at again. */
  | { type: 'tick'; ms: number }

export type EventType = RunEvent['type']
export type StepEventType = Extract<RunEvent, { key: string }>['type']

/** What has to be done besides writing the new state down, in the same commit. */
export type Effect =
  | { do: 'begin' }
  | { do: 'open-attempt'; key: string; epoch: number; number: number; agentId: string }
  | { do: 'close-attempt'; key: string; epoch: number; outcome: 'succeeded' | 'failed' | 'cancelled' | 'expired'; because: string | null }
  | { do: 'announce'; key: string; say: string }
  | { do: 'measure'; key: string }
  | { do: 'finish'; status: RunStatus; because: string | null }
  /** A run that was over goes on: what it moved has to be locked again. */
  | { do: 'take-locks' }
  | { do: 'free-locks' }

export interface Refusal {
  ok: false
  code: 'conflict' | 'stale_lease' | 'forbidden' | 'not_found'
  because: string
  detail?: Record<string, unknown>
}

export interface Turn {
  ok: true
  state: RunState
  effects: readonly Effect[]
}

export const refuse = (code: Refusal['code'], because: string, detail?: Record<string, unknown>): Refusal => ({ ok: false, code, because, ...(detail ? { detail } : {}) })

export const isOver = (status: RunStatus): boolean => status === 'succeeded' || status === 'failed' || status === 'aborted'
export const isDone = (status: StepStatus): boolean => status === 'succeeded' || status === 'skipped'

/** The steps that the run is about now: its own, or those that take them back. */
export const atIssue = (state: RunState): readonly MachineStep[] => (state.compensating ? state.steps.filter((step) => step.undoes !== null) : state.steps.filter((step) => step.undoes === null))

/** The state with some of its steps changed; the others stay the very same objects, so that a difference is seen by identity. */
export function withSteps(state: RunState, changes: ReadonlyMap<string, Partial<MachineStep>>): RunState {
  if (changes.size === 0) return state
  return { ...state, steps: state.steps.map((step) => (changes.has(step.key) ? { ...step, ...changes.get(step.key) } : step)) }
}

export const withStep = (state: RunState, key: string, change: Partial<MachineStep>): RunState => withSteps(state, new Map([[key, change]]))

/** What every step is that nobody holds and nobody waits for. */
export const atRest = { agentId: null, leaseLeftMs: null, waitLeftMs: null, cancelling: false } as const
