import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { own, run, step } from '#tests/support/machine.ts'
import { reduce } from './run-machine.ts'
import type { EventType, MachineStep, RunEvent, RunState } from './run-state.ts'
import { isDone, isOver } from './run-state.ts'
import { nextStep } from './next-step.ts'
import { stepFrom } from './step-turn.ts'
import { waysOn } from './ways-on.ts'

/* Any sequence of events, sensible or not, on any small plan: what must hold holds after every one of them. */

const agents = ['ana', 'bo'] as const
const people = [{ id: 'mira', name: 'Mira', term: 1 }, { id: 'noor', name: 'Noor', term: 2 }, { id: 'old', name: 'Old', term: 0 }]

/** A plan of up to eight steps, each after some of those before it. */
const plans = fc
  .array(fc.record({ after: fc.array(fc.nat(6), { maxLength: 3 }), kind: fc.constantFrom('agent', 'agent', 'agent', 'barrier', 'wait', 'manual', 'approve', 'validate', 'notify'), repeatable: fc.boolean(), times: fc.nat(2), undo: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((sketches) =>
    sketches.map(({ after, kind, repeatable, times, undo }, n): MachineStep => {
      const key = `s${n}`
      const before = [...new Set(after.filter((one) => one < n).map((one) => `s${one}`))]
      const compensate = undo ? { kind: 'sql', params: {} } : null
      if (kind === 'agent') return step(key, 'blocked', before, { repeatable, compensate, retry: { times: repeatable ? times : 0, backoffMs: 500, maxBackoffMs: 1_000, used: 0 } })
      return own(key, kind as 'barrier', before, { params: { ms: 800, say: 'look' } })
    }),
  )

const keys = fc.constantFrom(...Array.from({ length: 8 }, (_, n) => `s${n}`), 'undo:s0', 'undo:s1', 'undo:s2')
/** Mostly whoever commands now; now and then somebody whose term is over. */
const somebody = fc.oneof({ weight: 8, arbitrary: fc.constant(people[1]) }, { weight: 1, arbitrary: fc.constantFrom(...people) })
const agent = fc.constantFrom(...agents)
const said = { by: somebody, reason: fc.constant('a test') }
const event = (type: EventType, rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<RunEvent> => fc.record({ type: fc.constant(type), ...rest }) as unknown as fc.Arbitrary<RunEvent>
const events = fc.oneof(
  { weight: 8, arbitrary: event('lease', { key: keys, agentId: agent, leaseMs: fc.constant(1_000) }) },
  { weight: 8, arbitrary: event('complete', { key: keys, agentId: agent, epoch: fc.integer({ min: 1, max: 4 }), outcome: fc.constantFrom('succeeded', 'succeeded', 'failed', 'cancelled'), because: fc.constant('said so') }) },
  { weight: 4, arbitrary: event('tick', { ms: fc.constantFrom(0, 300, 2_000, 2_000) }) },
  { weight: 6, arbitrary: event('expire', { key: keys, marginMs: fc.constant(200), agent: agent }) },
  event('renew', { key: keys, agentId: agent, epoch: fc.integer({ min: 1, max: 4 }), leaseMs: fc.constant(1_000) }),
  event('pause', said), { weight: 4, arbitrary: event('resume', { by: somebody }) }, event('stop', said), event('abort', said), event('compensate', said),
  event('halt', { because: fc.constant('no approval') }),
  { weight: 5, arbitrary: event('retry', { key: keys, ...said }) },
  { weight: 2, arbitrary: event('skip', { key: keys, ...said }) },
  { weight: 3, arbitrary: event('settle', { key: keys, happened: fc.boolean(), ...said }) },
  event('confirm', { key: keys, by: somebody, word: fc.constant('done'), at: fc.constant('2026-11-23T16:41:07.120Z') }),
  event('agree', { key: keys, by: somebody, word: fc.constant('fine'), at: fc.constant('2026-11-23T16:41:07.120Z') }),
)

/** Most events are aimed: at a step that they fit, with the epoch that is held. The others hit what they hit. */
const aimed = fc.tuple(events, fc.nat(99), fc.nat(9))

function aim([happens, pick, chance]: [RunEvent, number, number], state: RunState): RunEvent {
  if (!('key' in happens) || chance === 0) return happens
  const fitting = state.steps.filter((one) => stepFrom[happens.type].includes(one.status))
  const one = fitting[pick % Math.max(1, fitting.length)]
  if (!one) return happens
  return happens.type === 'complete' || happens.type === 'renew' ? { ...happens, key: one.key, epoch: one.epoch, agentId: one.agentId ?? 'ana' } : { ...happens, key: one.key }
}

const byKey = (state: RunState): Map<string, MachineStep> => new Map(state.steps.map((one) => [one.key, one]))
/** The word of a person without which a step that is not repeatable is never begun again. */
const personsWord: ReadonlySet<EventType> = new Set(['retry', 'settle'])

/** What must hold between a state and the next; `worded` are the steps that a person gave their word on since they were last held. */
function check(before: RunState, happened: RunEvent, after: RunState, worded: Set<string>): void {
  const was = byKey(before)
  const now = byKey(after)
  if (isOver(before.status) && happened.type !== 'compensate') expect({ status: after.status, because: after.because }, 'a run that is over stays as it is').toEqual({ status: before.status, because: before.because })
  if (isOver(after.status)) expect(after.steps.filter((one) => one.status === 'ready' || one.status === 'blocked'), 'nothing can start in a run that is over').toEqual([])
  expect(after.term ?? 0, 'terms only grow').toBeGreaterThanOrEqual(before.term ?? 0)
  for (const one of after.steps) {
    const old = was.get(one.key)
    expect(one.epoch, `the epoch of ${one.key} only grows`).toBeGreaterThanOrEqual(old?.epoch ?? 0)
    expect(one.status === 'leased', `${one.key} is held by somebody exactly while it is leased`).toBe(one.agentId !== null && one.leaseLeftMs !== null)
    if (one.center) expect(one.status, 'what the command center does itself is never leased').not.toBe('leased')
    if (one.retry.used > one.retry.times) throw new Error(`${one.key} was tried again more often than it may be`)
    const begins = one.status === 'leased' && (old?.status !== 'leased' || old.epoch !== one.epoch)
    if (begins) {
      expect(happened.type, 'only a lease begins a step').toBe('lease')
      expect(one.epoch, 'each lease has an epoch of its own').toBe((old?.epoch ?? 0) + 1)
      expect(before.status, 'nothing is leased unless the run is running').toBe('running')
      if (!one.repeatable && (old?.attempt ?? 0) > 0) expect(worded.has(one.key), `${one.key} is not repeatable, and nobody gave their word`).toBe(true)
      worded.delete(one.key)
    }
    const started = (one.status === 'ready' || one.status === 'leased') && old?.status === 'blocked'
    if (started || (one.status === 'ready' && !old)) for (const key of one.after) expect(isDone(now.get(key)?.status ?? 'blocked'), `${one.key} starts after ${key} is done`).toBe(true)
  }
  if (personsWord.has(happened.type) && 'key' in happened) worded.add(happened.key)
}

describe('whatever happens to a run, in any order', () => {
  test('what must hold holds', () => {
    const seen: Partial<Record<EventType, number>> = {}
    const statuses = new Set<string>()
    fc.assert(
      fc.property(plans, fc.constantFrom('rollback' as const, 'deployment' as const), fc.array(aimed, { minLength: 5, maxLength: 60, size: 'max' }), (steps, purpose, sequence) => {
        let state = run(steps, { purpose, status: 'pending', term: 1 })
        const worded = new Set<string>()
        for (const shot of [null, ...sequence]) {
          const happens: RunEvent = shot ? aim(shot, state) : { type: 'start', by: { id: 'mira', name: 'Mira', term: 1 } }
          const turn = reduce(state, happens)
          if (!turn.ok) {
            expect(turn.because.length).toBeGreaterThan(10)
            continue
          }
          seen[happens.type] = (seen[happens.type] ?? 0) + 1
          check(state, happens, turn.state, worded)
          const again = reduce(turn.state, { type: 'tick', ms: 0 })
          // Settled once is settled: looking again changes nothing but the measurements that are still to begin.
          expect(again.ok && again.state).toEqual(turn.state)
          state = turn.state
          statuses.add(state.status)
        }
      }),
      { numRuns: 1_000, seed: 20_261_127 },
    )
    // A test that never got anywhere would prove nothing.
    expect([...statuses].sort()).toEqual(['aborted', 'failed', 'paused', 'running', 'succeeded'])
    for (const type of Object.keys(stepFrom) as EventType[]) expect(seen[type] ?? 0, `${type} was taken`).toBeGreaterThan(10)
    expect(seen.compensate ?? 0).toBeGreaterThan(10)
  })

  test('what is offered as a way on is taken, and an agent is never offered what it cannot have', () => {
    fc.assert(
      fc.property(plans, fc.array(aimed, { minLength: 5, maxLength: 50, size: 'max' }), (steps, sequence) => {
        let state = run(steps, { status: 'pending', startedBy: 'nobody', term: 0 })
        for (const shot of [null, ...sequence]) {
          const turn = reduce(state, shot ? aim(shot, state) : { type: 'start', by: { id: 'nobody', name: 'Nobody', term: 0 } })
          if (!turn.ok) continue
          state = turn.state
          for (const way of waysOn(state)) {
            const by = { id: 'fresh', name: 'Fresh', term: 9 }
            const type = way.command.split('.')[1]
            const next = { type: type === 'approve' ? 'agree' : type, key: way.step ?? '', by, reason: 'a test', happened: true, word: 'done', at: '2026-11-23T16:41:07.120Z' } as unknown as RunEvent
            const taken = reduce(state, way.step === null ? ({ type, by, reason: 'a test' } as unknown as RunEvent) : next)
            expect(taken.ok, `${way.command} ${way.step ?? ''} was offered: ${taken.ok ? '' : taken.because}`).toBe(true)
          }
          const places = new Map(state.steps.map((one) => [one.key, { regionId: 'eu', kind: 'deploy' }]))
          const offered = nextStep(state, places, { regionId: 'eu', kinds: ['deploy'], revoked: false, parallel: 1, held: 0, mostAtWork: 8, atWork: 0 })
          if (offered) expect(reduce(state, { type: 'lease', key: offered.key, agentId: 'ana', leaseMs: 1 }).ok).toBe(true)
        }
      }),
      { numRuns: 1_000, seed: 20_261_127 },
    )
  })
})
