import { expect, test } from 'vitest'
import type { SituationView } from '#lib/incidents/view.ts'
import { headline } from './headline.ts'

const quiet: SituationView = { incidents: [], breaches: [], runs: [], approvals: [], deployments: [], exceptions: [], fleet: { targets: 6, good: 6, degraded: 0, bad: 0, unknown: 0 }, agents: { live: 2, total: 2 } }
const incident = (status: 'open' | 'resolved'): SituationView['incidents'][number] => ({ id: '1', number: 1, title: 'x', severity: 'SEV1', status, kind: 'real', environment: 'production', services: ['checkout'], commander: null, openedAt: '2026-01-01T00:00:00Z', resolvedAt: null, version: 1 })

test.each([
  ['all good is quiet', quiet, 'quiet', 'good'],
  ['a resolved incident is quiet', { ...quiet, incidents: [incident('resolved')] }, 'quiet', 'good'],
  ['a live incident comes first', { ...quiet, incidents: [incident('open')], fleet: { ...quiet.fleet, unknown: 3 } }, 'incidents', 'bad'],
  ['what is not known is not quiet', { ...quiet, fleet: { ...quiet.fleet, good: 5, unknown: 1 } }, 'unknown', 'unknown'],
  ['a bad target without a rule is said', { ...quiet, fleet: { ...quiet.fleet, bad: 1 } }, 'bad', 'bad'],
  ['nothing watched is not good', { ...quiet, fleet: { targets: 0, good: 0, degraded: 0, bad: 0, unknown: 0 } }, 'blank', 'unknown'],
])('%s', (_, situation, key, tone) => {
  expect(headline(situation)).toMatchObject({ key, tone })
})
