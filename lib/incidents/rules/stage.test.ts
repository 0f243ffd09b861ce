import { expect, test } from 'vitest'
import type { StageFacts } from './stage.ts'
import { stageOf } from './stage.ts'

const facts = (over: Partial<StageFacts>): StageFacts => ({ status: 'open', hasPlan: false, run: null, validation: null, ...over })

test.each([
  [facts({}), 'noticed'],
  [facts({ hasPlan: true }), 'deciding'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'running' } }), 'rolling back'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'paused' } }), 'rolling back'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'aborted' } }), 'deciding'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'failed' } }), 'deciding'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'succeeded' } }), 'checking'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'succeeded' }, validation: { status: 'measuring' } }), 'checking'],
  [facts({ status: 'mitigating', hasPlan: true, run: { status: 'succeeded' }, validation: { status: 'done' } }), 'deciding'],
  [facts({ status: 'monitoring', hasPlan: true, run: { status: 'succeeded' }, validation: { status: 'done' } }), 'watching'],
  [facts({ status: 'resolved' }), 'resolved'],
  [facts({ status: 'closed' }), 'resolved'],
] as const)('%j is %s', (given, stage) => {
  expect(stageOf(given)).toBe(stage)
})
