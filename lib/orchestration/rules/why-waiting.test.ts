import { expect, test } from 'vitest'
import type { StepStatus } from '../view.ts'
import type { CenterWork } from './center-step.ts'
import type { StepState } from './settle-run.ts'
import type { Waiting } from './why-waiting.ts'
import { whyWaiting } from './why-waiting.ts'

const running = { status: 'running', purpose: 'rollback' } as const
const step = (status: StepStatus, center: CenterWork | null = null, after: string[] = []): StepState => ({ key: 'deploy:eu', status, after, because: null, center })
const here: Waiting = { hands: { live: true, lastSeenAt: null }, notBefore: null, approvals: [] }
const work = (kind: CenterWork['kind'], params: Record<string, unknown> = {}): CenterWork => ({ kind, params, leftMs: null, measured: null })

test('what waits says for what', () => {
  const others: StepState[] = [{ ...step('leased'), key: 'verify:us' }]
  expect(whyWaiting(step('blocked', null, ['verify:us']), running, others, here)).toBe('waits for verify:us')
})

test.each([
  [{ live: true, lastSeenAt: null }, 'waiting for an agent of its region'],
  [{ live: false, lastSeenAt: '2026-11-23T16:41:07.120Z' }, 'no agent of its region reports, the last one at 16:41:07Z: start one'],
  [{ live: false, lastSeenAt: null }, 'its region has no agent: enrol one'],
])('what could be taken says whether anybody could: %j', (hands, because) => expect(whyWaiting(step('ready'), running, [], { ...here, hands })).toBe(because))

test.each([
  [work('wait', { ms: 5_000 }), { notBefore: '2026-11-23T16:41:07.120Z' }, 'waits until 16:41:07Z'],
  [work('validate'), {}, 'measures whether what moved is as well as before'],
  [work('manual', { say: 'close the valve' }), {}, 'waits for a person who does this and says so: close the valve'],
  [work('approve', { say: 'go on to eu', approvals: 2 }), {}, 'waits for 2 more who agree: go on to eu'],
  [work('approve', { say: 'go on to eu', approvals: 2 }), { approvals: ['Ana'] }, 'waits for 1 more who agree, after Ana: go on to eu'],
])('what the command center waits for is said: %j %j', (center, says, because) => expect(whyWaiting(step('ready', center), running, [], { ...here, ...says })).toBe(because))
