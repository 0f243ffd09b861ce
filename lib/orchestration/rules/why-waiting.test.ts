import { describe, expect, test } from 'vitest'
import { own, run, step } from '#tests/support/machine.ts'
import type { MachineStep, RunState } from './run-state.ts'
import type { Hands, Waiting } from './why-waiting.ts'
import { nobody, whyWaiting } from './why-waiting.ts'

const here: Hands = { live: true, lastSeenAt: null, kinds: ['deploy', 'sql'], free: true, atWork: 1, mostAtWork: 8 }
const facts: Waiting = { kind: 'deploy', region: 'eu', hands: here, notBefore: null, reasons: new Map() }
const why = (one: MachineStep, says: Partial<Waiting> = {}, state: Partial<RunState> = {}, others: MachineStep[] = []): string | null => whyWaiting(one, run([one, ...others], state), { ...facts, ...says })

describe('what waits for others', () => {
  test('names them, and why it comes after them', () => {
    expect(why(step('deploy:eu', 'blocked', ['verify:us']), { reasons: new Map([['verify:us', 'the region with less traffic goes first']]) }, {}, [step('verify:us', 'leased')])).toBe('waits for verify:us (the region with less traffic goes first)')
  })

  test('names the first three of many', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((key) => step(key, 'leased'))
    expect(why(step('z', 'blocked', many.map((one) => one.key)), {}, {}, many)).toBe('waits for a and b and c and 2 more')
  })

  test('and could go on says why the run does not', () => {
    expect(why(step('z'), {}, { status: 'paused', because: 'paused: a moment' })).toBe('the run is paused: paused: a moment')
  })
})

describe('what an agent could take', () => {
  test.each<[Partial<Hands>, string]>([
    [here, 'waiting for an agent of its region'],
    [{ ...nobody, lastSeenAt: '2026-11-23T16:41:07.120Z' }, 'no agent of its region reports, the last one at 16:41:07Z: start one'],
    [nobody, 'its region has no agent: enrol one'],
    [{ ...here, kinds: ['sql'] }, 'no agent of its region does deploy: allow it on one'],
    [{ ...here, atWork: 8 }, '8 steps are at work in eu, and no more run there at once'],
    [{ ...here, free: false }, 'every agent of its region has its hands full'],
  ])('says whether anybody could: %j', (hands, because) => expect(why(step('deploy:eu', 'ready'), { hands: { ...here, ...hands } })).toBe(because))

  test('and failed before says when it is tried again', () => {
    expect(why(step('a', 'ready', [], { because: 'failed (it broke), tries again in 4 s (2 of 3)', waitLeftMs: 3_000 }), { notBefore: '2026-11-23T16:41:07.120Z' })).toBe('failed (it broke), tries again in 4 s (2 of 3)')
  })

  test('and was told to stop says that its agent has not answered', () => {
    expect(why(step('a', 'leased', [], { cancelling: true }))).toBe('its agent has been told to stop and has not yet said that it has')
    expect(why(step('a', 'leased'))).toBeNull()
  })
})

const ana = { personId: 'ana', name: 'Ana', at: '2026-11-23T16:41:07.120Z', word: 'fine' }
test.each<[MachineStep, Partial<Waiting>, string]>([
  [own('w', 'wait', [], { params: { ms: 5_000 } }, 'ready'), { notBefore: '2026-11-23T16:41:07.120Z' }, 'waits until 16:41:07Z'],
  [own('v', 'validate', [], {}, 'ready'), {}, 'measures whether what moved is as well as before'],
  [own('m', 'manual', [], { params: { say: 'close the valve' } }, 'ready'), {}, 'waits for a person who does this and says so: close the valve'],
  [own('a', 'approve', [], { params: { say: 'go on to eu', approvals: 2 } }, 'ready'), {}, 'waits for 2 more who agree: go on to eu'],
  [own('a', 'approve', [], { params: { say: 'go on to eu', approvals: 2 }, voices: [ana] }, 'ready'), {}, 'waits for 1 more who agree, after Ana: go on to eu'],
])('what the command center waits for is said: %j', (one, says, because) => expect(why(one, says)).toBe(because))
