import { describe, expect, test } from 'vitest'
import { statuses } from '../model.ts'
import type { ResolveFacts } from './resolvable.ts'
import { resolvable } from './resolvable.ts'

const facts = (over: Partial<ResolveFacts> = {}): ResolveFacts => ({ status: 'open', run: null, validation: null, openBreaches: 0, regressed: false, ...over })
const done = (verdict: 'pass' | 'fail' | 'no data') => ({ status: 'done', verdict }) as const

describe('an incident can be resolved', () => {
  test('by proof when it is monitoring and its validation passed', () => {
    expect(resolvable(facts({ status: 'monitoring', run: { status: 'succeeded' }, validation: done('pass') }))).toMatchObject({ ok: true, by: 'proof' })
  })

  test.each([
    ['nothing was rolled back', facts()],
    ['nothing was rolled back while mitigating', facts({ status: 'mitigating' })],
    ['the rollback was aborted', facts({ status: 'mitigating', run: { status: 'aborted' } })],
    ['nothing could be measured', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: done('no data') })],
    ['it came back and went away again', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: done('pass'), regressed: true })],
  ])("by the commander's word when %s", (_when, given) => {
    expect(resolvable(given)).toMatchObject({ ok: true, by: 'word', because: expect.stringContaining('with a reason') })
  })
})

describe('an incident cannot be resolved', () => {
  test.each([
    ['resolved already', facts({ status: 'resolved' }), 'already'],
    ['closed already', facts({ status: 'closed' }), 'already'],
    ['the rollback is running', facts({ status: 'mitigating', run: { status: 'running' } }), 'running'],
    ['the rollback is paused', facts({ status: 'mitigating', run: { status: 'paused' } }), 'resume or abort'],
    ['nothing is measured yet', facts({ status: 'mitigating', run: { status: 'succeeded' } }), 'not yet measured'],
    ['it is being measured', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: { status: 'measuring', verdict: null } }), 'not yet measured'],
    ['the validation failed', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: done('fail') }), 'still worse'],
    ['a breach is open', facts({ openBreaches: 1 }), 'a rule is still in breach'],
    ['breaches are open and nothing could be measured', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: done('no data'), openBreaches: 2 }), '2 rules are'],
    ['it came back', facts({ status: 'mitigating', run: { status: 'succeeded' }, validation: done('pass'), regressed: true, openBreaches: 1 }), 'still in breach'],
    ['it is proven where it was rolled back, and a rule still sees trouble', facts({ status: 'monitoring', run: { status: 'succeeded' }, validation: done('pass'), openBreaches: 1 }), 'still in breach'],
    ['it is monitoring without proof', facts({ status: 'monitoring', validation: done('no data') }), 'has not passed'],
  ])('when %s', (_when, given, because) => {
    expect(resolvable(given)).toEqual({ ok: false, because: expect.stringContaining(because) })
  })

  test.each(statuses)('by proof from %s unless a validation passed', (status) => {
    for (const verdict of ['fail', 'no data', null] as const) {
      const answer = resolvable(facts({ status, run: { status: 'succeeded' }, validation: { status: verdict ? 'done' : 'measuring', verdict } }))
      expect(answer.ok && answer.by).not.toBe('proof')
    }
  })
})
