import type { StepStatus } from '../view.ts'
import { approvalsWanted } from './center-step.ts'
import type { Effect, MachineStep, Refusal, RunEvent, RunState, StepEventType } from './run-state.ts'
import { atRest, isOver, refuse, withStep } from './run-state.ts'

type StepEvent = Extract<RunEvent, { key: string }>

/** From which states of a step an event may happen. */
export const stepFrom: Readonly<Record<StepEventType, readonly StepStatus[]>> = {
  lease: ['ready'],
  renew: ['leased'],
  complete: ['leased'],
  expire: ['leased'],
  retry: ['failed', 'indeterminate', 'cancelled'],
  skip: ['failed', 'indeterminate', 'cancelled', 'blocked', 'ready'],
  settle: ['indeterminate'],
  confirm: ['ready'],
  agree: ['ready'],
}

const refusals: Readonly<Record<StepEventType, (step: MachineStep) => Refusal>> = {
  lease: ({ key, status }) => refuse('conflict', `${key} is ${status}; only what is ready can be taken`),
  renew: () => refuse('stale_lease', 'this step is no longer yours: stop it'),
  complete: ({ epoch }) => refuse('stale_lease', 'the lease ran out and this report no longer counts', { epoch }),
  expire: ({ key }) => refuse('conflict', `no agent holds ${key}; there is nothing to take back`),
  retry: () => refuse('conflict', 'only a failed, cancelled or indeterminate step can be done again'),
  skip: () => refuse('conflict', 'a step can be skipped only in a paused run, and only while no agent holds it'),
  settle: () => refuse('conflict', 'only a step whose outcome is not known needs this'),
  confirm: ({ status }) => refuse('conflict', `this step is ${status}; it does not wait for a person now`, { status }),
  agree: ({ status }) => refuse('conflict', `this step is ${status}; it does not wait for a person now`, { status }),
}

/** What an event does to its step, before the run is settled. */
export function stepTurn(state: RunState, event: StepEvent): { state: RunState; effects: readonly Effect[] } | Refusal {
  const step = state.steps.find((one) => one.key === event.key)
  if (!step) return refuse('not_found', 'there is no such step here')
  if (!stepFrom[event.type].includes(step.status)) return refusals[event.type](step)
  // What is over is over: of a run whose effects are taken back, its own steps stay as they are, and the other way round.
  if ((event.type === 'retry' || event.type === 'skip') && state.compensating !== (step.undoes !== null)) return refuse('conflict', `${step.key} belongs to what the run did before; what is taken back now has steps of its own`)
  const turned = turn(state, step, event)
  if ('ok' in turned) return turned
  const steered = 'by' in event && event.type !== 'agree' && event.by.term !== null ? { ...state, term: event.by.term } : state
  return { state: withStep(steered, step.key, turned.change), effects: turned.effects ?? [] }
}

function turn(state: RunState, step: MachineStep, event: StepEvent): { change: Partial<MachineStep>; effects?: readonly Effect[] } | Refusal {
  switch (event.type) {
    case 'lease': {
      if (step.center) return refuse('conflict', `${step.key} is done by the command center itself`)
      if (step.waitLeftMs !== null && step.waitLeftMs > 0) return refuse('conflict', `${step.key} waits: ${step.because ?? 'its time has not come'}`)
      const [epoch, attempt] = [step.epoch + 1, step.attempt + 1]
      return {
        change: { ...atRest, status: 'leased', because: null, epoch, attempt, agentId: event.agentId, leaseLeftMs: event.leaseMs },
        effects: [{ do: 'open-attempt', key: step.key, epoch, number: attempt, agentId: event.agentId }],
      }
    }
    case 'renew':
      if (step.epoch !== event.epoch || step.agentId !== event.agentId || (step.leaseLeftMs ?? 0) <= 0) return refusals.renew(step)
      return { change: { leaseLeftMs: event.leaseMs } }
    case 'complete':
      if (step.epoch !== event.epoch || step.agentId !== event.agentId) return refusals.complete(step)
      return { change: { ...atRest, ...outcomeOf(state, step, event.outcome, event.because) }, effects: [{ do: 'close-attempt', key: step.key, epoch: step.epoch, outcome: event.outcome, because: event.because }] }
    case 'expire': {
      if ((step.leaseLeftMs ?? 0) > -event.marginMs) return refuse('conflict', `the lease of ${step.key} has not run out`)
      const again = step.repeatable && !step.cancelling && !isOver(state.status)
      return {
        change: { ...atRest, status: again ? 'ready' : 'indeterminate', because: again ? null : `${event.agent} went silent while it held this step` },
        effects: [{ do: 'close-attempt', key: step.key, epoch: step.epoch, outcome: 'expired', because: 'the agent went silent' }],
      }
    }
    case 'retry':
      return { change: { ...atRest, status: 'ready', because: null, retry: { ...step.retry, used: 0 }, center: step.center && { ...step.center, measured: null } } }
    case 'skip':
      return { change: { ...atRest, status: 'skipped', because: `skipped by ${event.by.name}: ${event.reason}` } }
    case 'settle':
      return { change: event.happened ? { ...atRest, status: 'succeeded', because: `${event.by.name} says that it happened: ${event.reason}` } : { ...atRest, status: 'ready', because: null } }
    case 'confirm':
    case 'agree':
      return spoken(state, step, event)
  }
}

/** A failed attempt is repeated by itself where the plan says so and once more is harmless; the pauses double. */
function outcomeOf(state: RunState, step: MachineStep, outcome: 'succeeded' | 'failed' | 'cancelled', because: string | null): Partial<MachineStep> {
  const { times, used, backoffMs, maxBackoffMs } = step.retry
  if (outcome !== 'failed' || !step.repeatable || used >= times || step.cancelling || isOver(state.status)) return { status: outcome, because }
  const waitLeftMs = Math.min(backoffMs * 2 ** used, maxBackoffMs)
  return { status: 'ready', waitLeftMs, retry: { ...step.retry, used: used + 1 }, because: `failed (${because ?? 'no reason was given'}), tries again in ${seconds(waitLeftMs)} (${used + 1} of ${times})` }
}

const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`

function spoken(state: RunState, step: MachineStep, { type, by, word, at }: Extract<StepEvent, { word: string }>): { change: Partial<MachineStep> } | Refusal {
  const center = step.center
  if (type === 'confirm') {
    if (center?.kind !== 'manual') return refuse('conflict', 'this step is not done by a person')
    return { change: { ...atRest, status: 'succeeded', because: `${by.name} did this: ${word}`, center: { ...center, voices: [{ personId: by.id, name: by.name, at, word }] } } }
  }
  if (center?.kind !== 'approve') return refuse('conflict', 'this step does not wait for anybody to agree')
  if (by.id === state.startedBy) return refuse('forbidden', 'you started this run; somebody else has to agree')
  if (center.voices.some((voice) => voice.personId === by.id)) return refuse('conflict', 'you have agreed already; it takes somebody else')
  const voices = [...center.voices, { personId: by.id, name: by.name, at, word }]
  if (voices.length < approvalsWanted(center.params)) return { change: { center: { ...center, voices } } }
  return { change: { ...atRest, status: 'succeeded', because: `${voices.map((voice) => voice.name).join(' and ')} agreed: ${word}`, center: { ...center, voices } } }
}
