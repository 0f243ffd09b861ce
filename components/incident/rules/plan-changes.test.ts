import { expect, test } from 'vitest'
import type { PlanView } from '#lib/orchestration/view.ts'
import { planChanges } from './plan-changes.ts'

const plan = {
  hash: 'sha256:aa',
  sentence: 'checkout 1.5.0 → 1.4.2 in us, then eu',
  moves: [{ service: 'checkout', region: 'us', from: ['1.5.0'], to: '1.4.2', toDigest: 'sha256:1', why: 'asked', group: null }],
  steps: [{ key: 'deploy:checkout:us', stepKind: 'deploy', service: 'checkout', region: 'us', after: [], repeatable: true, role: 'deploy', retry: { times: 0, backoffMs: 0, maxBackoffMs: 0 }, timeoutMs: 60_000, params: {}, check: null, compensate: null, group: null }],
  losses: [{ what: 'nothing in data', severity: 'none' }],
  reversible: { yes: true, because: 'stays registered' },
  proof: { holds: true, because: 'every mix on the way is allowed' },
} satisfies Partial<PlanView>

test('the same hash is the same plan', () => {
  expect(planChanges(plan as never, { ...plan, sentence: 'never compared' } as never)).toEqual([])
})

test('a loss that was not there before is named, and so is a move', () => {
  const next = {
    ...plan,
    hash: 'sha256:bb',
    moves: [...plan.moves, { service: 'checkout', region: 'eu', from: ['1.5.0'], to: '1.4.2', toDigest: 'sha256:1', why: 'asked', group: null }],
    losses: [{ what: 'rows written since stay', severity: 'some' }],
    reversible: { yes: false, because: 'mails were sent' },
  }
  expect(planChanges(plan as never, next as never)).toEqual([
    { what: 'move', before: null, after: 'checkout in eu: 1.5.0 → 1.4.2' },
    { what: 'loss', before: 'nothing in data', after: null },
    { what: 'loss', before: null, after: 'rows written since stay' },
    { what: 'undo', before: 'yes: stays registered', after: 'no: mails were sent' },
  ])
})
