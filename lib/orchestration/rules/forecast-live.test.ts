import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf, timed } from '#tests/support/plan-steps.ts'
import type { StepDocument } from '../model.ts'
import type { LiveForecastView, StepStatus } from '../view.ts'
import { forecastLive } from './forecast-live.ts'
import type { RunSoFar, StepSoFar } from './forecast-live.ts'
import { forecast } from './forecast.ts'
import type { Recorded } from './step-durations.ts'
import { nothingRecorded } from './step-durations.ts'

const startedAt = new Date('2026-11-27T12:00:00Z')
const at = (seconds: number): Date => new Date(startedAt.getTime() + seconds * 1_000)
const iso = (seconds: number): string => at(seconds).toISOString()
const always = (ms: number): number[] => Array.from({ length: 400 }, () => ms)
const known: Recorded = { ...nothingRecorded, handOver: always(0), steps: { deploy: always(10_000), verify: always(5_000), manual: always(60_000) } }
const regions = [{ name: 'eu', rtoSeconds: 20, maxParallel: 8 }, { name: 'us', rtoSeconds: 600, maxParallel: 8 }]
/** Deploy and verify in eu, then in us. */
const plan = planOf([timed('d1'), timed('v1', ['d1'], { kind: 'verify' }), timed('d2', ['v1'], { region: 'us' }), timed('v2', ['d2'], { kind: 'verify', region: 'us' })])

/** As `succeeded 0 10`, `leased 10`, `ready`: a status, and in seconds when it began and ended. */
function soFar(says: Record<string, string>): StepSoFar[] {
  return plan.steps.map(({ key }) => {
    const [status = 'blocked', begun, ended] = (says[key] ?? 'blocked').split(' ')
    return { key, status: status as StepStatus, readyAt: status === 'blocked' ? null : startedAt, startedAt: begun ? at(Number(begun)) : null, finishedAt: ended ? at(Number(ended)) : null }
  })
}
const look = (says: Record<string, string>, seconds: number, run: Partial<RunSoFar> = {}, document = plan): LiveForecastView =>
  forecastLive(document, regions, known, 'sha256:0123abcd', { status: 'running', purpose: 'rollback', startedAt, rtoFrom: startedAt, steps: soFar(says), ...run }, at(seconds))

describe('a forecast of a run at work', () => {
  test('at its start says what its plan said', () => {
    const before = forecast(plan, regions, known, 'sha256:0123abcd')
    const now = look({ d1: 'ready' }, 0)
    expect([now.p50At, now.p90At]).toEqual([before.p50Ms, before.p90Ms].map((ms) => at(ms / 1_000).toISOString()))
    expect(now.critical).toEqual(before.critical)
  })

  test('takes what is done as it was, what is at work as at least as long as it has been, the rest as before', () => {
    // 4 seconds late: the first deploy took 14 s.
    expect(look({ d1: 'succeeded 0 14', v1: 'leased 14' }, 16)).toMatchObject({
      at: iso(16), p50At: iso(34), regions: [{ region: 'eu', p50At: iso(19), rtoAt: iso(20), doneAt: null }, { region: 'us', p50At: iso(34), rtoAt: iso(600), doneAt: null }],
      steps: [{ key: 'd1', startAt: iso(0), endAt: iso(14) }, { key: 'v1', startAt: iso(14), endAt: iso(19) }, { key: 'd2', startAt: iso(19), endAt: iso(29) }, { key: 'v2', startAt: iso(29), endAt: iso(34) }],
      critical: ['v1', 'd2', 'v2'],
    })
  })

  test('of a step that takes longer than it ever has expects it to take as much longer again, half of the time', () => {
    const { p50At, p90At } = look({ d1: 'leased 0' }, 100)
    const rest = (Date.parse(p50At ?? '') - at(100).getTime()) / 1_000
    // Half of a Pareto tail of exponent 2 from 100 s lies below 100 · √2; then 20 s of others.
    expect(rest).toBeGreaterThan(20 + 35)
    expect(rest).toBeLessThan(20 + 48)
    expect(Date.parse(p90At ?? '')).toBeGreaterThan(Date.parse(p50At ?? ''))
  })

  test('a region that is restored says when', () => {
    expect(look({ d1: 'succeeded 0 9', v1: 'succeeded 9 13', d2: 'leased 13' }, 14).regions[0]).toEqual({ region: 'eu', p50At: iso(13), p90At: iso(13), rtoAt: iso(20), doneAt: iso(13), alarm: false })
  })

  test('is the same for two seconds, unless something happens', () => {
    const says = { d1: 'succeeded 0 9', v1: 'leased 9' }
    expect(look(says, 11.9)).toEqual(look(says, 10))
    expect(look(says, 12).at).not.toBe(look(says, 11.9).at)
    expect(look({ ...says, v1: 'succeeded 9 10.5' }, 10.6).at).toBe(iso(10.5))
  })
})

describe('where nothing moves by itself there is no time to give', () => {
  test.each<[string, Record<string, string>, Partial<RunSoFar>]>([
    ['the run is paused', { d1: 'ready' }, { status: 'paused' }],
    ['a step failed', { d1: 'failed 0 3' }, {}],
    ['nobody knows whether a step happened', { d1: 'indeterminate 0 3' }, {}],
    ['a step was stopped', { d1: 'cancelled 0 3' }, { status: 'paused' }],
  ])('%s', (_why, says, run) => {
    expect(look(says, 5, run)).toMatchObject({ p50At: null, p90At: null, alarm: null, steps: [], regions: [{ p50At: null, p90At: null, doneAt: null, alarm: false }, { p50At: null, alarm: false }] })
  })

  test('but what an agent is still at ends, also in a paused run', () => {
    expect(look({ d1: 'leased 0' }, 4, { status: 'paused' })).toMatchObject({ p50At: null, steps: [{ key: 'd1', startAt: iso(0), endAt: iso(10) }] })
  })

  test('and a person who is asked holds up only what waits for them', () => {
    const asked = planOf([timed('m', [], { kind: 'manual', region: null }), timed('d1'), timed('d2', ['m'], { region: 'us' })])
    const steps = [{ key: 'm', status: 'ready' as const, readyAt: startedAt, startedAt: null, finishedAt: null }, ...soFar({ d1: 'leased 0' })]
    expect(look({}, 5, { steps }, asked)).toMatchObject({ p50At: null, regions: [{ region: 'eu', p50At: iso(10) }, { region: 'us', p50At: null }] })
    // Not asked yet, they are a guess like everything else.
    expect(look({}, 0, { steps: [] }, planOf([timed('d1'), timed('m', ['d1'], { kind: 'manual', region: null })])).p50At).toBe(iso(70))
  })
})

describe('the alarm', () => {
  test.each<[string, Record<string, string>, number, Partial<RunSoFar>, string | null]>([
    ['is silent while nine courses in ten keep the RTO', { d1: 'leased 0' }, 2, {}, null],
    ['says which region may be late, and by how much', { d1: 'succeeded 0 17', v1: 'leased 17' }, 18, {}, 'eu may be restored only 2 s after its RTO'],
    ['counts from the incident, where the run is for one', { d1: 'leased 0' }, 2, { rtoFrom: at(-30) }, 'the RTO of eu has passed, and it may take until 25 s after it'],
    ['says that it has passed while somebody has to decide', { d1: 'failed 0 3' }, 30, { status: 'paused' }, 'the RTO of eu has passed, and it does not go on by itself'],
    ['is over when the region is restored, however late', { d1: 'succeeded 0 17', v1: 'succeeded 17 29', d2: 'leased 29' }, 30, {}, null],
    ['is for rollbacks: a deployment has no hurry', { d1: 'succeeded 0 17', v1: 'leased 17' }, 18, { purpose: 'deployment' }, null],
  ])('%s', (_which, says, seconds, run, sentence) => {
    const { alarm, regions: rows } = look(says, seconds, run)
    expect(alarm).toBe(sentence)
    expect(rows[0]?.alarm).toBe(sentence !== null)
  })
})

test('never ends before now, whatever has happened', () => {
  const step = fc.record({ after: fc.array(fc.nat(), { maxLength: 3 }), region: fc.constantFrom('eu', 'us'), kind: fc.constantFrom('deploy', 'sql', 'verify') })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), fc.nat({ max: 10 }), fc.nat({ max: 3 }), fc.integer({ min: 0, max: 600 }), (list, done, working, seconds) => {
      const steps: StepDocument[] = list.map(({ after, ...says }, n) => timed(`s${n}`, n === 0 ? [] : after.map((one) => `s${one % n}`), says))
      const happened = steps.map(({ key }, n): StepSoFar => ({
        key, status: n < done ? 'succeeded' : n < done + working ? 'leased' : 'blocked', readyAt: null, startedAt: n < done + working ? at(Math.min(n, seconds)) : null, finishedAt: n < done ? at(Math.min(n + 1, seconds)) : null,
      }))
      const view = forecastLive(planOf(steps), regions, { ...nothingRecorded, steps: { deploy: [1_000, 3_000] } }, 'sha256:0123abcd', { status: 'running', purpose: 'rollback', startedAt, rtoFrom: startedAt, steps: happened }, at(seconds))
      expect(Date.parse(view.p50At ?? '')).toBeLessThanOrEqual(Date.parse(view.p90At ?? ''))
      for (const one of view.steps) if (Number(one.key.slice(1)) >= done) expect(Date.parse(one.endAt)).toBeGreaterThanOrEqual(Date.parse(view.at))
      if (done < steps.length) expect(Date.parse(view.p50At ?? '')).toBeGreaterThanOrEqual(Date.parse(view.at))
    }),
    { numRuns: 80 },
  )
})
