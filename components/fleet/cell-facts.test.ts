import { expect, test } from 'vitest'
import type { TargetView } from '#lib/catalog/view.ts'
import { healthNow, noRollback, suspect } from './cell-facts.ts'

const target: TargetView = {
  id: '1', service: 'checkout', environment: 'production', region: 'eu', kind: 'real', instances: 2,
  running: [{ digest: 'sha256:b', version: '1.5.0', instances: 2, healthy: 1 }],
  observedAt: '2026-01-01T00:00:00.000Z', observationGoesStaleAt: '2026-01-01T00:00:15.000Z',
  desired: { releaseId: 'b', version: '1.5.0' }, lastKnownGood: { releaseId: 'a', version: '1.4.2' },
  health: 'degraded', because: 'x', breaches: [], runId: null,
}
const at = (seconds: number): number => Date.parse('2026-01-01T00:00:00.000Z') + seconds * 1000

test('what was seen too long ago is not known, whatever it was', () => {
  expect(healthNow({ ...target, health: 'good' }, at(14))).toBe('good')
  expect(healthNow({ ...target, health: 'good' }, at(15))).toBe('unknown')
  expect(healthNow({ ...target, observationGoesStaleAt: null, health: 'good' }, at(0))).toBe('unknown')
})

test.each([
  ['a suspect release can be taken back', target, null],
  ['not without a known good', { ...target, lastKnownGood: null }, 'noKnownGood'],
  ['not where the known good runs', { ...target, running: [{ digest: 'sha256:a', version: '1.4.2', instances: 2, healthy: 2 }] }, 'alreadyGood'],
  ['half of it is still a reason', { ...target, running: [{ digest: 'sha256:a', version: '1.4.2', instances: 1, healthy: 1 }, ...target.running] }, null],
  ['not while something changes it', { ...target, runId: 'r' }, 'running'],
  ['bytes of unknown version are a reason', { ...target, running: [{ digest: 'sha256:?', version: null, instances: 2, healthy: 2 }] }, null],
] as const)('%s', (_, given, expected) => {
  expect(noRollback(given as TargetView)).toBe(expected)
})

test('the suspect is what is not known good', () => {
  expect(suspect(target)).toBe('1.5.0')
  expect(suspect({ ...target, running: [{ digest: 'sha256:a', version: '1.4.2', instances: 2, healthy: 2 }] })).toBeNull()
})
