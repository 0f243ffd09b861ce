import { describe, expect, test } from 'vitest'
import { by, own, play, refusal, run, statuses, statusOf, step } from '#tests/support/machine.ts'
import type { RunStatus, StepStatus } from '../view.ts'
import { allowedWhen, reduce } from './run-machine.ts'
import type { EventType, MachineStep, RunEvent, RunState, StepEventType } from './run-state.ts'
import { stepFrom } from './step-turn.ts'

const reason = 'a test'
const at = '2026-11-23T16:41:07.120Z'
const events: { [T in EventType]: Extract<RunEvent, { type: T }> } = {
  start: { type: 'start', by },
  pause: { type: 'pause', by, reason },
  resume: { type: 'resume', by },
  abort: { type: 'abort', by, reason },
  stop: { type: 'stop', by: { ...by, term: null }, reason },
  compensate: { type: 'compensate', by, reason },
  halt: { type: 'halt', because: reason },
  'call-off': { type: 'call-off', because: reason },
  lease: { type: 'lease', key: 'a', agentId: 'ana', leaseMs: 15_000 },
  renew: { type: 'renew', key: 'a', agentId: 'ana', epoch: 1, leaseMs: 15_000 },
  complete: { type: 'complete', key: 'a', agentId: 'ana', epoch: 1, outcome: 'succeeded', because: null },
  expire: { type: 'expire', key: 'a', marginMs: -20_000, agent: 'ana' },
  retry: { type: 'retry', key: 'a', by, reason },
  skip: { type: 'skip', key: 'a', by, reason },
  settle: { type: 'settle', key: 'a', happened: true, by, reason },
  confirm: { type: 'confirm', key: 'm', by, word: reason, at },
  agree: { type: 'agree', key: 'g', by: { id: 'bo', name: 'Bo', term: null }, word: reason, at },
  tick: { type: 'tick', ms: 0 },
}
const runStatuses: RunStatus[] = ['pending', 'running', 'paused', 'succeeded', 'failed', 'aborted']
const stepStatuses: StepStatus[] = ['blocked', 'ready', 'leased', 'succeeded', 'failed', 'indeterminate', 'skipped', 'cancelled']
const types = Object.keys(events) as EventType[]
const stepTypes = Object.keys(stepFrom) as StepEventType[]
const refusedWith = (state: RunState, event: RunEvent): string | null => {
  const turn = reduce(state, event)
  return turn.ok ? null : turn.because
}

describe('every event in every state', () => {
  /** A state of the step in which the event would be taken, if the run allows it. */
  const fits: Record<EventType, StepStatus> = { ...Object.fromEntries(types.map((type) => [type, 'succeeded'])), ...Object.fromEntries(stepTypes.map((type) => [type, stepFrom[type][0]])) } as Record<EventType, StepStatus>
  test.each(types.flatMap((type) => runStatuses.map((status) => [type, status] as const)))('%s in a run that is %s', (type, status) => {
    const state = run([step('a', fits[type], [], { compensate: { kind: 'sql', params: {} } }), own('m', 'manual', [], {}, 'ready'), own('g', 'approve', [], {}, 'ready')], { status })
    const because = refusedWith(state, events[type])
    if (allowedWhen[type].includes(status)) expect(because).toBeNull()
    else expect(because).toMatch(new RegExp(`the run is ${status}`))
  })

  test.each(stepTypes.flatMap((type) => stepStatuses.map((status) => [type, status] as const)))('%s of a step that is %s', (type, status) => {
    const changed = type === 'confirm' ? own('a', 'manual', [], {}, status) : type === 'agree' ? own('a', 'approve', [], {}, status) : step('a', status)
    const where: RunStatus = allowedWhen[type].includes('paused') ? 'paused' : 'running'
    const turn = reduce(run([changed, step('z', 'leased')], { status: where }), { ...events[type], key: 'a' })
    expect(turn.ok, turn.ok ? '' : turn.because).toBe(stepFrom[type].includes(status))
    // A refusal is a sentence that says what would have to be.
    if (!turn.ok) expect(turn.because.length).toBeGreaterThan(15)
  })

  test('of a step that is not there is refused as such', () => expect(refusal(run([step('a', 'ready')]), { ...events.lease, key: 'x' })).toMatchObject({ code: 'not_found' }))
})

describe('leases', () => {
  test('each has a higher epoch, and opens an attempt', () => {
    const { state, effects } = play(run([step('a', 'ready')]), events.lease, { type: 'tick', ms: 20_000 }, { ...events.expire, marginMs: 2_000 }, { ...events.lease, agentId: 'bo' })
    expect(state.steps[0]).toMatchObject({ status: 'leased', epoch: 2, attempt: 2, agentId: 'bo', leaseLeftMs: 15_000 })
    expect(effects.map((effect) => effect.do)).toEqual(['open-attempt', 'close-attempt', 'open-attempt'])
  })

  test('a report counts only under the newest epoch, of whoever holds it', () => {
    const held = run([step('a', 'leased', [], { epoch: 2 })])
    expect(refusal(held, events.complete)).toMatchObject({ code: 'stale_lease' })
    expect(refusal(held, { ...events.complete, epoch: 2, agentId: 'bo' })).toMatchObject({ code: 'stale_lease' })
    expect(statusOf(play(held, { ...events.complete, epoch: 2 }).state, 'a')).toBe('succeeded')
  })

  test('one that has run out cannot be renewed; one that has not cannot be taken back', () => {
    const held = run([step('a', 'leased')])
    expect(refusal(play(held, { type: 'tick', ms: 15_000 }).state, events.renew)).toMatchObject({ code: 'stale_lease' })
    expect(refusal(play(held, { type: 'tick', ms: 16_000 }).state, { ...events.expire, marginMs: 2_000 }).because).toBe('the lease of a has not run out')
  })

  test.each([
    [true, 'ready', 'running'],
    [false, 'indeterminate', 'paused'],
  ] as const)('of a step that is repeatable (%s) and whose agent went silent: %s', (repeatable, becomes, status) => {
    const { state } = play(run([step('a', 'leased', [], { repeatable, leaseLeftMs: -3_000 })]), { ...events.expire, marginMs: 2_000 })
    expect(state).toMatchObject({ status, steps: [{ status: becomes }] })
  })

  test('what was told to stop and went silent is not given to another agent', () => {
    expect(statusOf(play(run([step('a', 'leased', [], { cancelling: true, leaseLeftMs: -3_000 })], { status: 'paused' }), { ...events.expire, marginMs: 0 }).state, 'a')).toBe('indeterminate')
  })
})

describe('an attempt that failed', () => {
  const retry = { times: 3, backoffMs: 2_000, maxBackoffMs: 5_000, used: 0 }
  const failed: RunEvent = { ...events.complete, outcome: 'failed', because: 'connection refused' }
  const tried = (used: number, says: Partial<MachineStep> = {}) => play(run([step('a', 'leased', [], { retry: { ...retry, used }, ...says })]), failed).state

  test.each([
    [0, 2_000, 'failed (connection refused), tries again in 2 s (1 of 3)'],
    [1, 4_000, 'failed (connection refused), tries again in 4 s (2 of 3)'],
    [2, 5_000, 'failed (connection refused), tries again in 5 s (3 of 3)'],
  ])('is tried again by itself, the pauses double up to their limit: after %i', (used, waitLeftMs, because) => {
    expect(tried(used).steps[0]).toMatchObject({ status: 'ready', waitLeftMs, because, retry: { used: used + 1 } })
    expect(tried(used).status).toBe('running')
  })

  test('is not taken before its time', () => {
    const waiting = tried(0)
    expect(refusal(waiting, events.lease).because).toContain('tries again in 2 s')
    expect(statusOf(play(waiting, { type: 'tick', ms: 2_000 }, events.lease).state, 'a')).toBe('leased')
  })

  test.each([
    ['when it has been tried often enough', tried(3)],
    ['when once more is not harmless', tried(0, { repeatable: false })],
    ['when somebody had it stopped', tried(0, { cancelling: true })],
  ])('is left to a person %s', (_, state) => expect(state).toMatchObject({ status: 'paused', steps: [{ status: 'failed' }] }))
})

describe('a stop', () => {
  test('fences at once: what is held is told to stop, nothing new starts, and the seat is not asked', () => {
    const { state } = play(run([step('a', 'leased'), step('b', 'ready'), step('c', 'blocked', ['a'])]), events.stop)
    expect(state).toMatchObject({ status: 'paused', because: 'stopped by Mira: a test', term: 1 })
    expect(state.steps.map((one) => one.cancelling)).toEqual([true, false, false])
    expect(refusal(state, { ...events.lease, key: 'b' }).code).toBe('conflict')
  })

  test('holds a resume until the agent has said that it stopped', () => {
    const stopped = play(run([step('a', 'leased')]), events.stop).state
    expect(refusal(stopped, events.resume).because).toBe('a: an agent has not yet confirmed that it stopped; wait a moment')
    expect(statuses(play(stopped, { ...events.complete, outcome: 'cancelled' }, events.resume).state)).toEqual({ a: 'ready' })
  })
})

describe('the seat', () => {
  test('whoever takes it adopts the run with the first thing they do', () => expect(play(run([step('a', 'ready')]), { type: 'pause', by: { ...by, term: 4 }, reason }).state.term).toBe(4))
  test('what was decided under an earlier term is refused', () => expect(refusal(run([step('a', 'ready')], { term: 4 }), events.pause).because).toBe('somebody took command since (term 4, yours was 1); look again'))
})

describe('what people say', () => {
  const waiting = run([own('g', 'approve', [], { params: { say: 'go on', approvals: 2 } }, 'ready'), step('z', 'blocked', ['g'])])
  const agree = (id: string): RunEvent => ({ type: 'agree', key: 'g', by: { id, name: id, term: null }, word: 'fine', at })

  test('it takes as many as the plan says, nobody twice, never whoever started the run', () => {
    expect(refusal(waiting, agree('mira'))).toMatchObject({ code: 'forbidden', because: expect.stringContaining('you started this run') })
    const one = play(waiting, agree('bo')).state
    expect(statuses(one)).toEqual({ g: 'ready', z: 'blocked' })
    expect(refusal(one, agree('bo')).because).toContain('you have agreed already')
    expect(statuses(play(one, agree('cy')).state)).toEqual({ g: 'succeeded', z: 'ready' })
  })

  test('what is not done by a person cannot be confirmed by one', () => expect(refusal(run([step('a', 'ready')]), { ...events.confirm, key: 'a' }).because).toBe('this step is not done by a person'))
})

describe('taking back', () => {
  const undo = { kind: 'sql', params: { text: 'undo' } }
  const done = [step('a', 'succeeded', [], { compensate: undo }), step('b', 'succeeded', ['a']), step('c', 'succeeded', ['b'], { compensate: undo }), step('d', 'failed', ['c'], { compensate: undo }), step('e', 'blocked', ['d'])]
  const taking = (): RunState => play(run(done, { status: 'paused' }), events.compensate).state

  test('goes the other way round, past what cannot be taken back, and leaves alone what was not done', () => {
    const state = taking()
    expect(state).toMatchObject({ status: 'running', compensating: true, because: 'Mira has what was done taken back: a test' })
    expect(statuses(state)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'failed', e: 'cancelled', 'undo:c': 'ready', 'undo:a': 'blocked' })
    expect(state.steps.find((one) => one.key === 'undo:a')?.after).toEqual(['undo:c'])
  })

  test('ends as aborted, and says what was taken back and what was not', () => {
    const ended = play(taking(), { ...events.lease, key: 'undo:c' }, { ...events.complete, key: 'undo:c' }, { ...events.lease, key: 'undo:a' }, { ...events.complete, key: 'undo:a' })
    expect(ended.state).toMatchObject({ status: 'aborted', because: 'taken back: c, a; says no way back: b; had failed, how far is not known: d' })
    expect(ended.effects.map((effect) => effect.do).slice(-2)).toEqual(['finish', 'free-locks'])
  })

  test('pauses where that fails, and goes on when a person has it done again', () => {
    const stuck = play(taking(), { ...events.lease, key: 'undo:c' }, { ...events.complete, key: 'undo:c', outcome: 'failed', because: 'no' }).state
    expect(stuck).toMatchObject({ status: 'paused', compensating: true })
    expect(refusal(stuck, { ...events.retry, key: 'd' }).because).toContain('belongs to what the run did before')
    expect(statusOf(play(stuck, { ...events.retry, key: 'undo:c' }, events.resume, { ...events.lease, key: 'undo:c' }).state, 'undo:c')).toBe('leased')
  })

  test('of a run that was over locks again what it moved', () => {
    const { effects } = play(run(done.map((one) => (one.key === 'e' ? step('e', 'cancelled') : one)), { status: 'aborted' }), events.compensate)
    expect(effects.map((effect) => effect.do)).toEqual(['take-locks'])
  })

  test.each<[string, RunState, string]>([
    ['a deployment', run(done, { status: 'paused', purpose: 'deployment' }), 'a deployment is rolled back'],
    ['a run at work', run(done), 'the run is running'],
    ['what an agent still holds', run([...done, step('h', 'leased')], { status: 'paused' }), 'h is still at an agent'],
    ['what nobody knows', run([...done, step('u', 'indeterminate')], { status: 'paused' }), 'nobody knows whether u happened'],
    ['what says no way back', run([step('a', 'succeeded'), step('b', 'failed')], { status: 'paused' }), 'no step that was done says how'],
    ['what is being taken back', { ...taking(), status: 'paused' }, 'is being taken back, or has been'],
  ])('of %s is refused', (_, state, because) => expect(refusal(state, events.compensate).because).toContain(because))
})

describe('the end', () => {
  test('is told once, and frees the locks when no agent holds a step any more', () => {
    const ended = play(run([step('a', 'leased'), step('b', 'ready')]), events.abort)
    expect(ended.effects).toEqual([{ do: 'finish', status: 'aborted', because: 'aborted: a test' }])
    expect(play(ended.state, { ...events.complete, outcome: 'cancelled' }).effects.map((effect) => effect.do)).toEqual(['close-attempt', 'free-locks'])
  })

  test('what nobody knew and did not happen is not begun again in a run that is over', () => {
    expect(statuses(play(run([step('a', 'indeterminate')], { status: 'aborted' }), { ...events.settle, happened: false }).state)).toEqual({ a: 'cancelled' })
  })
})
