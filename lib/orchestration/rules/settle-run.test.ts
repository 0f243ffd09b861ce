import { describe, expect, test } from 'vitest'
import { own, run, statuses, step } from '#tests/support/machine.ts'
import type { CenterWork } from './center-step.ts'
import { settleRun } from './settle-run.ts'
import type { MachineStep, RunState } from './run-state.ts'

const settled = (steps: readonly MachineStep[], says: Partial<RunState> = {}) => settleRun(run(steps, says))

describe('a running rollback', () => {
  test('a step is ready once everything it comes after is done or skipped', () => {
    const { state } = settled([step('a', 'succeeded'), step('b', 'skipped'), step('c', 'blocked', ['a', 'b']), step('d', 'blocked', ['c'])])
    expect(statuses(state)).toEqual({ a: 'succeeded', b: 'skipped', c: 'ready', d: 'blocked' })
    expect(state.status).toBe('running')
  })

  test.each(['blocked', 'ready', 'leased'] as const)('does not pass a step that is %s', (status) => {
    expect(statuses(settled([step('a', status, status === 'blocked' ? ['nobody'] : []), step('b', 'blocked', ['a'])]).state)['b']).toBe('blocked')
  })

  test('succeeds when every step is done', () => {
    expect(settled([step('a', 'succeeded'), step('b', 'skipped')]).state).toMatchObject({ status: 'succeeded', because: null })
  })

  test('pauses at a failed step, says which and why, and starts nothing else', () => {
    const { state } = settled([step('a', 'failed'), step('b')])
    expect(state).toMatchObject({ status: 'paused', because: 'a failed: it broke; retry it, skip it with a reason, or abort' })
    expect(statuses(state)['b']).toBe('blocked')
  })

  test('pauses at a step whose outcome nobody knows, whatever else is true', () => {
    expect(settled([step('a', 'indeterminate'), step('b', 'succeeded')]).state.status).toBe('paused')
  })

  test('keeps the reason for which it was paused first', () => {
    expect(settled([step('a', 'failed')], { status: 'paused', because: 'stopped by Mira: smoke' }).state.because).toBe('stopped by Mira: smoke')
  })

  test('what is as it should be is left as it is, the very same', () => {
    const state = run([step('a', 'leased'), step('b', 'blocked', ['a'])])
    expect(settleRun(state)).toEqual({ state, effects: [] })
    expect(settleRun(state).state.steps[0]).toBe(state.steps[0])
  })

  test('ten thousand steps settle in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => own(`b${n}`, 'barrier', n === 0 ? [] : [`b${n - 1}`]))
    const from = performance.now()
    expect(settled(many).state.status).toBe('succeeded')
    expect(performance.now() - from).toBeLessThan(1_000)
  })
})

test('a paused run makes nothing ready', () => {
  expect(statuses(settled([step('a', 'succeeded'), step('b', 'blocked', ['a'])], { status: 'paused' }).state)['b']).toBe('blocked')
})

test('an aborted run starts nothing and asks agents to stop', () => {
  const { state } = settled([step('a', 'leased'), step('b', 'ready'), step('c', 'blocked', ['b']), step('d', 'succeeded')], { status: 'aborted', because: 'aborted: enough' })
  expect(statuses(state)).toEqual({ a: 'leased', b: 'cancelled', c: 'cancelled', d: 'succeeded' })
  expect(state.steps[0]).toMatchObject({ cancelling: true })
  expect(state.steps[1]).toMatchObject({ because: 'aborted: enough' })
})

test.each(['failed', 'indeterminate'] as const)('a deployment whose step is %s gives up', (status) => {
  const { state } = settled([step('a', status), step('b'), step('c', 'leased')], { purpose: 'deployment' })
  expect(state.status).toBe('failed')
  expect(statuses(state)).toEqual({ a: status, b: 'cancelled', c: 'leased' })
  expect(state.steps[2]).toMatchObject({ cancelling: true })
})

test('a run that succeeded stays as it is', () => {
  const state = run([step('a')], { status: 'succeeded' })
  expect(settleRun(state)).toEqual({ state, effects: [] })
})

describe('steps of the command center itself', () => {
  test('a chain of barriers and notices is over at once, and what comes after it is ready in the same moment', () => {
    const { state, effects } = settled([step('a', 'succeeded'), own('b', 'barrier', ['a']), own('c', 'notify', ['b'], { params: { say: 'half way' } }), own('d', 'barrier', ['c']), step('e', 'blocked', ['d'])])
    expect(statuses(state)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'succeeded', e: 'ready' })
    expect(effects).toEqual([{ do: 'announce', key: 'c', say: 'half way' }])
  })

  test('a barrier before which something is left holds', () => {
    expect(statuses(settled([step('a', 'succeeded'), step('b', 'leased'), own('c', 'barrier', ['a', 'b'])]).state)['c']).toBe('blocked')
  })

  test('a wait begins when its turn comes, and ends when its time is over', () => {
    const wait = (status: MachineStep['status'], waitLeftMs: number | null) => settled([own('w', 'wait', [], { params: { ms: 1_500 } }, status, { waitLeftMs }), step('z', 'blocked', ['w'])]).state
    expect(wait('blocked', null).steps[0]).toMatchObject({ status: 'ready', waitLeftMs: 1_500 })
    expect(statuses(wait('ready', 1))).toEqual({ w: 'ready', z: 'blocked' })
    expect(statuses(wait('ready', 0))).toEqual({ w: 'succeeded', z: 'ready' })
  })

  test('a wait that does not say how long fails, and nothing passes it', () => {
    const { state } = settled([own('w', 'wait'), step('z', 'blocked', ['w'])])
    expect(statuses(state)).toEqual({ w: 'failed', z: 'blocked' })
    expect(state).toMatchObject({ status: 'paused', because: expect.stringContaining('does not say for how long') })
  })

  test.each([
    [null, 'ready', 'blocked', [{ do: 'measure', key: 'v' }]],
    [{ verdict: null }, 'ready', 'blocked', []],
    [{ verdict: 'pass' as const }, 'succeeded', 'ready', []],
  ])('a measurement that says %j', (measured, itself, behind, effects) => {
    const turned = settled([own('v', 'validate', [], { measured }), step('z', 'blocked', ['v'])])
    expect(statuses(turned.state)).toEqual({ v: itself, z: behind })
    expect(turned.effects).toEqual(effects)
  })

  test.each([['fail', 'worse than before'], ['no data', 'too little data']] as const)('a measurement that says %s fails, with the reason', (verdict, because) => {
    const { state } = settled([own('v', 'validate', [], { measured: { verdict } }, 'ready'), step('z', 'blocked', ['v'])])
    expect(statuses(state)).toEqual({ v: 'failed', z: 'blocked' })
    expect(state.because).toContain(because)
  })

  test.each(['manual', 'approve'] as const)('%s waits for a person', (kind) => expect(statuses(settled([own('m', kind), step('z', 'blocked', ['m'])]).state)).toEqual({ m: 'ready', z: 'blocked' }))

  test.each<[Partial<CenterWork>, MachineStep]>([
    [{}, own('a', 'barrier')],
    [{}, own('w', 'wait', [], { params: { ms: 1 } }, 'ready', { waitLeftMs: -1 })],
  ])('in a paused run nothing of this goes on', (_, one) => {
    const state = run([one], { status: 'paused' })
    expect(settleRun(state)).toEqual({ state, effects: [] })
  })
})
