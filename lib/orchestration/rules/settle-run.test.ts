import { describe, expect, test } from 'vitest'
import type { CenterKind } from '../model.ts'
import type { StepStatus } from '../view.ts'
import type { CenterWork } from './center-step.ts'
import type { Settlement, StepState } from './settle-run.ts'
import { settleRun } from './settle-run.ts'

const step = (key: string, status: StepStatus, after: string[] = []): StepState => ({ key, status, after, because: status === 'failed' ? 'it broke' : null, center: null })
const own = (key: string, kind: CenterKind, after: string[] = [], says: Partial<CenterWork> = {}, status: StepStatus = 'blocked'): StepState => ({ ...step(key, status, after), center: { kind, params: {}, leftMs: null, measured: null, ...says } })
const running = { status: 'running', purpose: 'rollback' } as const

const nothing: Settlement = { ready: [], done: [], failed: [], notices: [], waits: [], measures: [], cancelled: [], cancelling: [], run: null }

describe('a running rollback', () => {
  test('a step is ready once everything it comes after is done or skipped', () => {
    const steps = [step('a', 'succeeded'), step('b', 'skipped'), step('c', 'blocked', ['a', 'b']), step('d', 'blocked', ['c'])]
    expect(settleRun(running, steps)).toMatchObject({ ready: ['c'], run: null })
  })

  test.each(['blocked', 'ready', 'leased'] as const)('does not pass a step that is %s', (status) => {
    expect(settleRun(running, [step('a', status), step('b', 'blocked', ['a'])]).ready).not.toContain('b')
  })

  test('succeeds when every step is done', () => {
    expect(settleRun(running, [step('a', 'succeeded'), step('b', 'skipped')]).run).toEqual({ status: 'succeeded', because: null })
  })

  test('pauses at a failed step, says which and why, and starts nothing else', () => {
    const settled = settleRun(running, [step('a', 'failed'), step('b', 'blocked')])
    expect(settled.run).toEqual({ status: 'paused', because: 'a failed: it broke; retry it, skip it with a reason, or abort' })
    expect(settled.ready).toEqual([])
  })

  test('pauses at a step whose outcome nobody knows, whatever else is true', () => {
    expect(settleRun(running, [step('a', 'indeterminate'), step('b', 'succeeded')]).run?.status).toBe('paused')
  })

  test('is not paused twice', () => {
    expect(settleRun({ ...running, status: 'paused' }, [step('a', 'failed')]).run).toBeNull()
  })
})

test('a paused run makes nothing ready', () => {
  expect(settleRun({ status: 'paused', purpose: 'rollback' }, [step('a', 'succeeded'), step('b', 'blocked', ['a'])]).ready).toEqual([])
})

test('an aborted run starts nothing and asks agents to stop', () => {
  const settled = settleRun({ status: 'aborted', purpose: 'rollback' }, [step('a', 'leased'), step('b', 'ready'), step('c', 'blocked', ['b']), step('d', 'succeeded')])
  expect(settled).toEqual({ ...nothing, cancelled: ['b', 'c'], cancelling: ['a'] })
})

test.each(['failed', 'indeterminate'] as const)('a deployment whose step is %s gives up', (status) => {
  const settled = settleRun({ status: 'running', purpose: 'deployment' }, [step('a', status), step('b', 'blocked', ['a']), step('c', 'leased')])
  expect(settled.run?.status).toBe('failed')
  expect(settled).toMatchObject({ cancelled: ['b'], cancelling: ['c'] })
})

test.each(['succeeded', 'failed'] as const)('a run that %s is over', (status) => {
  expect(settleRun({ status, purpose: 'rollback' }, [step('a', 'blocked')])).toEqual(nothing)
})

describe('steps of the command center itself', () => {
  test('a chain of barriers and notices is over at once, and what comes after it is ready in the same moment', () => {
    const steps = [step('a', 'succeeded'), own('b', 'barrier', ['a']), own('c', 'notify', ['b'], { params: { say: 'half way' } }), own('d', 'barrier', ['c']), step('e', 'blocked', ['d'])]
    expect(settleRun(running, steps)).toEqual({ ...nothing, ready: ['e'], done: [{ key: 'b', because: null }, { key: 'c', because: null }, { key: 'd', because: null }], notices: [{ key: 'c', say: 'half way' }] })
  })

  test('a run of barriers alone succeeds in one settlement', () => {
    expect(settleRun(running, [own('a', 'barrier'), own('b', 'barrier', ['a'])]).run).toEqual({ status: 'succeeded', because: null })
  })

  test('a barrier before whose predecessor something is left holds', () => {
    expect(settleRun(running, [step('a', 'succeeded'), step('b', 'leased'), own('c', 'barrier', ['a', 'b'])])).toEqual(nothing)
  })

  test('a wait begins when its time begins, and ends when its time is over', () => {
    const wait = (says: Partial<CenterWork>, status: StepStatus): Settlement => settleRun(running, [own('w', 'wait', [], { params: { ms: 1_500 }, ...says }, status), step('z', 'blocked', ['w'])])
    expect(wait({}, 'blocked')).toEqual({ ...nothing, ready: ['w'], waits: [{ key: 'w', ms: 1_500 }] })
    expect(wait({ leftMs: 1 }, 'ready')).toEqual(nothing)
    expect(wait({ leftMs: 0 }, 'ready')).toEqual({ ...nothing, done: [{ key: 'w', because: null }], ready: ['z'] })
  })

  test('a wait that does not say how long fails, and nothing passes it', () => {
    expect(settleRun(running, [own('w', 'wait'), step('z', 'blocked', ['w'])])).toMatchObject({ ready: [], failed: [{ key: 'w' }], run: { status: 'paused', because: expect.stringContaining('does not say for how long') } })
  })

  test.each([
    [null, { ...nothing, ready: ['v'], measures: ['v'] }],
    [{ verdict: null }, { ...nothing, ready: ['v'] }],
    [{ verdict: 'pass' as const }, { ...nothing, done: [{ key: 'v', because: null }], ready: ['z'] }],
  ])('a measurement that says %j', (measured, settled) => expect(settleRun(running, [own('v', 'validate', [], { measured }), step('z', 'blocked', ['v'])])).toEqual(settled))

  test.each([['fail', 'worse than before'], ['no data', 'too little data']] as const)('a measurement that says %s fails, with the reason', (verdict, because) => {
    const settled = settleRun(running, [own('v', 'validate', [], { measured: { verdict } }, 'ready'), step('z', 'blocked', ['v'])])
    expect(settled.failed).toEqual([{ key: 'v', because: expect.stringContaining(because) }])
    expect(settled.run).toMatchObject({ status: 'paused', because: expect.stringContaining(because) })
    expect(settled.ready).toEqual([])
  })

  test.each(['manual', 'approve'] as const)('%s waits for a person', (kind) => expect(settleRun(running, [own('m', kind), step('z', 'blocked', ['m'])])).toEqual({ ...nothing, ready: ['m'] }))

  test('in a paused run nothing of this goes on', () => {
    expect(settleRun({ ...running, status: 'paused' }, [own('a', 'barrier'), own('w', 'wait', [], { params: { ms: 1 }, leftMs: -1 }, 'ready')])).toEqual(nothing)
  })
})
