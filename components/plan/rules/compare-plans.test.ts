import { describe, expect, test } from 'vitest'
import type { PlanView } from '#lib/orchestration/view.ts'
import type { Part } from './compare-plans.ts'
import { comparePlans, parts } from './compare-plans.ts'

const step = (key: string, says: Partial<PlanView['steps'][number]> = {}): PlanView['steps'][number] => ({
  key, role: 'deploy', stepKind: 'deploy', service: 'checkout', region: 'us', after: [], repeatable: true, timeoutMs: 60_000, params: { version: '1.4.2', instances: 2 }, retry: { times: 0, backoffMs: 0, maxBackoffMs: 0 }, check: null, compensate: null, group: null, ...says,
})

const plan: PlanView = {
  id: 'a', hash: 'sha256:a', purpose: 'rollback', kind: 'real', status: 'proposed', incidentId: null, incident: null, environment: 'production', sentence: 'checkout 1.5.0 → 1.4.2 in us',
  moves: [{ service: 'checkout', region: 'us', from: ['1.5.0'], to: '1.4.2', toDigest: 'sha256:x', why: 'asked', group: null }],
  steps: [step('deploy:checkout:us')], groups: [], notes: ['a freeze is in force'], leaves: [], excused: [], playbook: null,
  options: [{ kind: 'flag-off', possible: false, because: 'no flag covers it', timeToEffect: null, lost: '', blastRadius: '', reversible: { yes: true, because: '' } }],
  reasons: [{ from: 'stage:checkout:us', to: 'deploy:checkout:us', because: 'bytes first' }], losses: [{ what: 'carts', severity: 'some' }], reversible: { yes: true, because: 'kept' }, proof: { holds: true, because: 'all states hold' },
  forecast: { p50Ms: 10_000, p90Ms: 20_000, regions: [{ region: 'us', p50Ms: 10_000, p90Ms: 20_000, rtoSeconds: 60 }], steps: [], critical: [], basis: '' },
  createdBy: '', author: '', createdAt: '', supersedes: null, supersededBy: null, runId: null, approvalId: null,
}
const other = (says: Partial<PlanView>): PlanView => ({ ...plan, hash: 'sha256:b', ...says })
const found = (says: Partial<PlanView>, part: Part) => comparePlans(plan, other(says)).parts.find((one) => one.part === part)?.differences

test('a plan is the same as itself, in every part', () => {
  const { same, parts: compared } = comparePlans(plan, plan)
  expect(same).toBe(true)
  expect(compared.map(({ part }) => part)).toEqual(parts)
  expect(compared.flatMap(({ differences }) => differences)).toEqual([])
})

describe('each part says what is gone, what is new, and what is other', () => {
  test.each<[Part, Partial<PlanView>, unknown]>([
    ['sentence', { sentence: 'x' }, [{ about: [], before: plan.sentence, after: 'x' }]],
    ['moves', { moves: [] }, [{ about: ['checkout in us'], before: '1.5.0 → 1.4.2', after: null }]],
    ['moves', { moves: [{ ...(plan.moves[0] as PlanView['moves'][number]), to: '1.4.1', why: 'along', group: 'g' }] }, [{ about: ['checkout in us'], before: '1.5.0 → 1.4.2', after: '1.5.0 → 1.4.1, comes along, behind a drain' }]],
    ['order', { reasons: [{ from: 'stage:checkout:us', to: 'deploy:checkout:us', because: 'otherwise' }] }, [{ about: ['stage:checkout:us', 'deploy:checkout:us'], before: 'bytes first', after: 'otherwise' }]],
    ['order', { reasons: [...plan.reasons, { from: 'x', to: 'y', because: 'z' }] }, [{ about: ['x', 'y'], before: null, after: 'z' }]],
    ['groups', { groups: [{ key: 'g', because: 'together', members: ['checkout in us', 'orders in us'] }] }, [{ about: ['checkout in us, orders in us'], before: null, after: 'together' }]],
    ['losses', { losses: [{ what: 'carts', severity: 'serious' }] }, [{ about: ['carts'], before: 'some', after: 'serious' }]],
    ['undo', { reversible: { yes: false, because: 'dropped' } }, [{ about: [], before: 'yes: kept', after: 'no: dropped' }]],
    ['options', { options: [] }, [{ about: ['flag-off'], before: 'not possible: no flag covers it', after: null }]],
    ['leaves', { leaves: [{ what: 'held', undo: 'let go' }] }, [{ about: ['held'], before: null, after: 'let go' }]],
    ['notes', { notes: [] }, [{ about: ['a freeze is in force'], before: '', after: null }]],
    ['proof', { proof: { holds: false, because: 'gone' } }, [{ about: [], before: 'holds: all states hold', after: 'does not hold: gone' }]],
  ])('%s', (part, says, expected) => expect(found(says, part)).toEqual(expected))

  test('duration, for all of it and each region', () => {
    expect(found({ forecast: { ...plan.forecast, p90Ms: 30_000 } }, 'duration')).toEqual([{ about: ['all of it'], before: 'P50 10 s, P90 20 s', after: 'P50 10 s, P90 30 s' }])
  })
})

describe('steps', () => {
  test('a step that would execute something else is another one', () => expect(found({ steps: [step('deploy:checkout:us', { params: { version: '1.4.1', instances: 2 } })] }, 'steps')).toHaveLength(1))
  test('the order in which its parameters are written is no difference', () => expect(found({ steps: [step('deploy:checkout:us', { params: { instances: 2, version: '1.4.2' } })] }, 'steps')).toEqual([]))
  test('what it waits for is told by the reasons, not twice', () => expect(found({ steps: [step('deploy:checkout:us', { after: ['x'] })] }, 'steps')).toEqual([]))
})

test('what is there twice is compared twice', () => {
  const twice = [{ from: 'a', to: 'b', because: 'one' }, { from: 'a', to: 'b', because: 'two' }]
  expect(comparePlans(other({ reasons: twice }), other({ reasons: [...twice].slice(0, 1) })).parts.find(({ part }) => part === 'order')?.differences).toEqual([{ about: ['a', 'b'], before: 'two', after: null }])
})
