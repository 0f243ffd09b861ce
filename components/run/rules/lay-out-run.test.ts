import { expect, test } from 'vitest'
import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { layOutRun } from './lay-out-run.ts'

const start = Date.parse('2026-11-23T02:47:00Z')
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString()

const step = (key: string, from: number | null, to: number | null, status: StepView['status'] = 'succeeded'): StepView => ({
  id: key, key, role: 'deploy', stepKind: 'deploy', service: 'checkout', region: 'us', group: null, status, cancelling: false, repeatable: true, attempt: 1, agent: 'us-1', after: [], because: null,
  startedAt: from === null ? null : at(from), finishedAt: to === null ? null : at(to), leaseExpiresAt: null, tail: [], lines: 0, result: null,
})

const run = (steps: StepView[], rtoSeconds = 600, finishedAt: string | null = null): RunView =>
  ({
    startedAt: at(0), finishedAt, status: finishedAt ? 'succeeded' : 'running',
    forecast: { p50Ms: 60_000, p90Ms: 100_000, basis: 'recorded', regions: [{ region: 'us', p50Ms: 60_000, p90Ms: 100_000, rtoSeconds }] },
    regions: [{ name: 'us', rtoSeconds, status: 'working', because: '', steps }],
  }) as unknown as RunView

test('a run that has not started has no axis', () => {
  expect(layOutRun({ ...run([]), startedAt: null }, start)).toBeNull()
})

test('steps at the same time lie below each other, steps after each other beside each other', () => {
  const layout = layOutRun(run([step('a', 0, 10), step('b', 2, 12), step('c', 10, 20)]), start + 20_000)
  expect(layout?.rows[0]?.lanes).toBe(2)
  expect(layout?.rows[0]?.blocks.map((block) => [block.step.key, block.lane])).toEqual([['a', 0], ['b', 1], ['c', 0]])
})

test('what is expected reaches from now to P90 with P50 in it, and ends when it is late', () => {
  const soon = layOutRun(run([step('a', 0, null, 'leased')]), start + 20_000)
  const row = soon?.rows[0]
  expect(row?.expected?.left).toBeCloseTo(20 / 104)
  expect((row?.expected?.left ?? 0) + (row?.expected?.width ?? 0)).toBeCloseTo(100 / 104)
  expect(row?.expected?.p50).toBeCloseTo(60 / 104)
  expect(row?.lateMs).toBeNull()

  const late = layOutRun(run([step('a', 0, null, 'leased')]), start + 112_000)
  expect(late?.rows[0]?.expected).toBeNull()
  expect(late?.rows[0]?.lateMs).toBe(12_000)
})

test('a far limit does not squeeze the run; a near one is drawn', () => {
  expect(layOutRun(run([step('a', 0, null, 'leased')], 600), start + 20_000)?.rows[0]?.rto).toBeNull()
  expect(layOutRun(run([step('a', 0, null, 'leased')], 120), start + 20_000)?.rows[0]?.rto).toBeCloseTo(120 / 124.8)
})

test('a finished run expects nothing and has no now', () => {
  const layout = layOutRun(run([step('a', 0, 30)], 600, at(30)), start + 9_000_000)
  expect(layout?.now).toBeNull()
  expect(layout?.rows[0]?.expected).toBeNull()
  expect(layout?.rows[0]?.blocks[0]?.width).toBeCloseTo(1 / 1.04)
})

test('marks lie at round moments', () => {
  const layout = layOutRun(run([step('a', 0, null, 'leased')]), start + 20_000)
  expect(layout?.ticks.map((tick) => new Date(tick.at).toISOString().slice(14, 19))).toEqual(['47:00', '47:30', '48:00', '48:30'])
})
