import { describe, expect, test } from 'vitest'
import type { StepStatus } from '../view.ts'
import type { StepState } from './settle-run.ts'
import { settleRun, whyWaiting } from './settle-run.ts'

const step = (key: string, status: StepStatus, after: string[] = []): StepState => ({ key, status, after, because: status === 'failed' ? 'it broke' : null })
const running = { status: 'running', purpose: 'rollback' } as const

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
  expect(settled).toEqual({ ready: [], cancelled: ['b', 'c'], cancelling: ['a'], run: null })
})

test.each(['failed', 'indeterminate'] as const)('a deployment whose step is %s gives up', (status) => {
  const settled = settleRun({ status: 'running', purpose: 'deployment' }, [step('a', status), step('b', 'blocked', ['a']), step('c', 'leased')])
  expect(settled.run?.status).toBe('failed')
  expect(settled).toMatchObject({ cancelled: ['b'], cancelling: ['c'] })
})

test.each(['succeeded', 'failed'] as const)('a run that %s is over', (status) => {
  expect(settleRun({ status, purpose: 'rollback' }, [step('a', 'blocked')])).toEqual({ ready: [], cancelled: [], cancelling: [], run: null })
})

test('what waits says for what', () => {
  const steps = [step('verify:us', 'leased'), step('deploy:eu', 'blocked', ['verify:us'])]
  expect(whyWaiting(steps[1] as StepState, running, steps, { live: true, lastSeenAt: null })).toBe('waits for verify:us')
})

test.each([
  [{ live: true, lastSeenAt: null }, 'waiting for an agent of its region'],
  [{ live: false, lastSeenAt: '2026-11-23T16:41:07.120Z' }, 'no agent of its region reports, the last one at 16:41:07Z: start one'],
  [{ live: false, lastSeenAt: null }, 'its region has no agent: enrol one'],
])('what could be taken says whether anybody could: %j', (hands, because) => expect(whyWaiting(step('deploy:eu', 'ready'), running, [], hands)).toBe(because))
