import { describe, expect, test } from 'vitest'
import type { DecisionFacts } from './next-decision.ts'
import { nextDecision } from './next-decision.ts'

const plan = { id: 'p', sentence: 'checkout 1.5.0 → 1.4.2 in us, then eu', used: false, proof: { holds: true, because: '' } }
const approval = { id: 'a', state: 'pending', have: 1, need: 2, missing: 'one more approver or commander', because: null } as const
const done = (verdict: 'pass' | 'fail' | 'no data') => ({ status: 'done', verdict }) as const
const facts = (over: Partial<DecisionFacts> = {}): DecisionFacts => ({
  status: 'open', commander: 'Ada', plan: null, noPlanBecause: null, approval: null, run: null, validation: null, resolvable: { ok: false, because: 'a rule is still in breach' }, regressed: false, ...over,
})
const run = (status: NonNullable<DecisionFacts['run']>['status'], because: string | null = null): DecisionFacts['run'] => ({ id: 'r', status, because })
const after: Partial<DecisionFacts> = { status: 'mitigating', plan: { ...plan, used: true }, run: run('succeeded') }

describe('what must be decided next', () => {
  test.each([
    ['nobody commands', facts({ commander: null, plan }), 'take-the-seat', 'Nobody is in command'],
    ['nobody commands a paused rollback', facts({ commander: null, run: run('paused') }), 'take-the-seat', 'paused half-way'],
    ['a plan waits to be put to the vote', facts({ plan }), 'submit-plan', 'checkout 1.5.0 → 1.4.2'],
    ['votes are missing', facts({ plan, approval }), 'approve', 'Vote on checkout 1.5.0'],
    ['the plan is approved', facts({ plan, approval: { ...approval, state: 'satisfied' } }), 'start-run', 'can start it now'],
    ['the plan was rejected', facts({ plan, approval: { ...approval, state: 'rejected', because: 'not in office hours' } }), 'submit-plan', 'not in office hours'],
    ['the approval ran out', facts({ plan, approval: { ...approval, state: 'expired' } }), 'submit-plan', 'ran out'],
    ['the votes were voided', facts({ plan, approval: { ...approval, state: 'void' } }), 'submit-plan', 'Ask for approval'],
    ['the request was withdrawn', facts({ plan, approval: { ...approval, state: 'withdrawn' } }), 'submit-plan', 'Ask for approval'],
    ['the fleet has moved on', facts({ plan: { ...plan, proof: { holds: false, because: 'eu runs 1.5.1' } } }), 'propose', 'eu runs 1.5.1. Propose again.'],
    ['no way back can be proven', facts({ noPlanBecause: 'payments 2.0.0 needs checkout 1.5.0' }), 'nothing', 'payments 2.0.0 needs checkout 1.5.0.'],
    ['there is no plan', facts(), 'propose', 'no plan yet'],
    ['nothing is wrong any more and there is no plan', facts({ resolvable: { ok: true, because: '' } }), 'propose', 'resolve with a reason'],
    ['the rollback is running', facts({ status: 'mitigating', run: run('running') }), 'nothing', 'anyone may stop it'],
    ['the rollback is about to run', facts({ status: 'mitigating', run: run('pending') }), 'nothing', 'running'],
    ['the rollback is paused', facts({ status: 'mitigating', run: run('paused', 'deploy:eu failed') }), 'unstick-run', 'deploy:eu failed.'],
    ['the rollback was aborted', facts({ status: 'mitigating', plan: { ...plan, used: true }, run: run('aborted', 'aborted: wrong service') }), 'propose', 'The rollback was aborted: wrong service. Propose another plan.'],
    ['the rollback failed and a new plan stands', facts({ status: 'mitigating', plan, run: run('failed') }), 'submit-plan', 'proven way back'],
    ['it is not measured yet', facts({ ...after }), 'nothing', 'Measuring'],
    ['it is being measured', facts({ ...after, validation: { status: 'measuring', verdict: null } }), 'nothing', 'Measuring'],
    ['the validation failed', facts({ ...after, validation: done('fail') }), 'propose', 'still worse than before'],
    ['nothing could be measured', facts({ ...after, validation: done('no data'), resolvable: { ok: true, because: '' } }), 'resolve', 'too little data'],
    ['nothing could be measured and a breach is open', facts({ ...after, validation: done('no data') }), 'nothing', 'still in breach'],
    ['the validation failed and there is no other way', facts({ ...after, validation: done('fail'), noPlanBecause: 'everything runs what is known good' }), 'nothing', 'everything runs what is known good. Fix it'],
    ['it came back', facts({ ...after, validation: done('pass'), regressed: true }), 'propose', 'came back after a passed validation. Propose'],
    ['it came back and went away again', facts({ ...after, validation: done('pass'), regressed: true, resolvable: { ok: true, because: '' } }), 'resolve', 'came back'],
    ['it is proven', facts({ ...after, status: 'monitoring', validation: done('pass'), resolvable: { ok: true, because: '' } }), 'resolve', 'as good as before'],
    ['it is resolved', facts({ status: 'resolved' }), 'nothing', 'resolved'],
    ['it is closed', facts({ status: 'closed', commander: null }), 'nothing', 'closed'],
  ])('when %s', (_when, given, kind, words) => {
    const next = nextDecision(given)
    expect(next.kind).toBe(kind)
    expect(next.sentence).toContain(words)
    expect(next.sentence).not.toMatch(/\.\.|undefined|null/)
  })
})
