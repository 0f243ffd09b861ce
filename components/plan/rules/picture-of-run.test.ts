import { describe, expect, test } from 'vitest'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { pictureOfRun } from './picture-of-run.ts'

const start = Date.parse('2026-11-23T02:47:00Z')
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString()

const step = (key: string, region: string, from: number | null, to: number | null, says: Partial<StepView> = {}): StepView => ({
  id: key, key, role: 'deploy', stepKind: 'deploy', service: 'checkout', region, group: null, status: to !== null ? 'succeeded' : from !== null ? 'leased' : 'blocked', cancelling: false, repeatable: true, attempt: 1, agent: null, after: [], because: null,
  startedAt: from === null ? null : at(from), finishedAt: to === null ? null : at(to), leaseExpiresAt: null, tail: [], lines: 0, result: null, ...says,
})

const run = (steps: StepView[], says: Partial<RunView> = {}): RunView =>
  ({
    startedAt: at(0), finishedAt: null, status: 'running', live: null, groups: [],
    forecast: {
      p50Ms: 60_000, p90Ms: 100_000, basis: '', critical: [], regions: [{ region: 'us', p50Ms: 40_000, p90Ms: 70_000, rtoSeconds: 120 }, { region: 'eu', p50Ms: 60_000, p90Ms: 100_000, rtoSeconds: 3_600 }],
      steps: [{ key: 'a', startMs: 0, endMs: 30_000 }, { key: 'b', startMs: 30_000, endMs: 50_000 }],
    },
    regions: ['us', 'eu'].map((name) => ({ name, rtoSeconds: name === 'us' ? 120 : 3_600, status: 'working', because: '', steps: steps.filter((one) => one.region === name) })),
    ...says,
  }) as RunView

const times = (shown: RunView, now: number) => pictureOfRun(shown, start + now * 1000)?.steps.map(({ key, startMs, endMs, nowMs, state }) => [key, startMs / 1000, endMs / 1000, nowMs === null ? null : nowMs / 1000, state])

test('a run that has not started has no picture', () => expect(pictureOfRun(run([], { startedAt: null }), start)).toBeNull())

describe('a step', () => {
  test('that is done is as wide as it took', () => expect(times(run([step('a', 'us', 2, 12)]), 50)).toEqual([['a', 2, 12, null, 'succeeded']]))

  test('at work has happened up to now, and is expected for as long as it was to take', () => {
    expect(times(run([step('a', 'us', 5, null)]), 20)).toEqual([['a', 5, 35, 20, 'leased']])
  })

  test('that takes longer than expected grows with the time', () => expect(times(run([step('a', 'us', 5, null)]), 50)).toEqual([['a', 5, 50, null, 'leased']]))

  test('yet to come is expected after what it waits for, in another region too, and never before now', () => {
    const shown = run([step('b', 'us', null, null, { after: ['a'] }), step('a', 'eu', 20, null)])
    expect(times(shown, 25)).toEqual([['a', 20, 50, 25, 'leased'], ['b', 50, 70, null, 'forecast']])
    expect(times(run([step('b', 'us', null, null)]), 90)).toEqual([['b', 90, 110, null, 'forecast']])
  })

  test('whose outcome is not known is not expected to go on', () => {
    expect(times(run([step('a', 'us', 5, null, { status: 'indeterminate' })]), 20)).toEqual([['a', 5, 20, null, 'indeterminate']])
  })

  test('that nobody foresaw, or that is skipped, is not drawn before it begins', () => {
    expect(times(run([step('x', 'us', null, null), step('a', 'us', null, null, { status: 'skipped' })]), 1)).toEqual([])
  })
})

describe('what is expected now', () => {
  const live: RunView['live'] = {
    at: at(30), p50At: at(80), p90At: at(150), regions: [{ region: 'us', p50At: at(80), p90At: at(150), rtoAt: at(120), doneAt: null, alarm: true }],
    steps: [{ key: 'b', startAt: at(60), endAt: at(80) }], critical: ['b'], alarm: 'us may miss its limit by 30 s',
  }
  const picture = pictureOfRun(run([step('b', 'us', null, null)], { live }), start + 30_000)

  test('takes the place of the plan’s forecast', () => {
    expect(picture?.steps.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[60_000, 80_000]])
    expect(picture?.lanes.find(({ name }) => name === 'us')).toEqual({ name: 'us', p50Ms: 80_000, p90Ms: 150_000, rtoMs: 120_000 })
    expect(picture?.critical).toEqual(['b'])
  })
})

test('the axis reaches P90, and a limit only where it is near', () => {
  const picture = pictureOfRun(run([step('a', 'us', 0, null)]), start + 5_000)
  expect(picture?.untilMs).toBe(120_000)
  expect(picture?.lanes.map(({ rtoMs }) => rtoMs)).toEqual([120_000, 3_600_000])
})

test('once it is over nothing is expected, and what never began is not there', () => {
  const over = run([step('a', 'us', 0, 20), step('b', 'us', null, null)], { finishedAt: at(30), status: 'aborted' })
  const picture = pictureOfRun(over, start + 9_000_000)
  expect(picture?.steps.map(({ key }) => key)).toEqual(['a'])
  expect(picture?.nowMs).toBeNull()
  expect(picture?.lanes.every(({ p50Ms, p90Ms }) => p50Ms === null && p90Ms === null)).toBe(true)
})

test('a region whose steps are done expects nothing', () => {
  const shown = run([step('a', 'us', 0, 20)])
  const [us, eu] = shown.regions as [RunView['regions'][number], RunView['regions'][number]]
  expect(pictureOfRun({ ...shown, regions: [{ ...us, status: 'done' }, eu] }, start + 25_000)?.lanes.map(({ p90Ms }) => p90Ms)).toEqual([null, 100_000])
})

test('a person who is asked is at work on it from the moment it was ready', () => {
  const steps = [step('a', 'us', 0, 20), step('b', '', null, null, { status: 'ready', after: ['a'], stepKind: 'approve', role: 'playbook' })]
  const shown = { ...run(steps), regions: [{ name: 'us', rtoSeconds: 0, status: 'done' as const, because: '', steps: steps.slice(0, 1) }, { name: 'command center', rtoSeconds: 0, status: 'working' as const, because: '', steps: steps.slice(1) }] }
  expect(times(shown, 25)?.at(-1)).toEqual(['b', 20, 40, 25, 'ready'])
  expect(times(shown, 90)?.at(-1)).toEqual(['b', 20, 90, null, 'ready'])
})

test('what the command center does has a lane of its own, first', () => {
  const shown = run([step('a', 'us', 0, 20)])
  expect(pictureOfRun({ ...shown, regions: [...shown.regions, { name: 'command center', rtoSeconds: 0, status: 'working', because: '', steps: [step('c', '', 1, 2)] }] }, start)?.lanes.map(({ name }) => name)).toEqual(['', 'us', 'eu'])
})
