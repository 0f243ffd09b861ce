import { describe, expect, test } from 'vitest'
import { isBefore, planned, refused, stepOf } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import type { PlanDocument } from '../../model.ts'
import { sentenceOf } from '../sentence.ts'

const api = (version: string) => ({ offers: [{ contract: 'payments-api', version }] })
const calls = (range: string) => ({ calls: [{ contract: 'payments-api', range, scope: 'region' as const }] })
const checkout = { bad: release('checkout', '1.5.0', calls('^2.0.0')), good: release('checkout', '1.4.2', calls('^1.0.0')) }
const payments = { bad: release('payments', '2.0.0', api('2.0.0')), good: release('payments', '1.9.0', api('1.0.0')) }
const pair = (region: string) => [target('checkout', region, [checkout.bad], checkout.good), target('payments', region, [payments.bad], payments.good)]
const keys = ({ steps }: PlanDocument): string[] => steps.map(({ key }) => key)

describe('two of which neither may go first', () => {
  const plan = planned(situation(pair('eu')))

  test('move together: traffic closed, all old stopped, all new started, checked, opened', () => {
    expect(keys(plan)).toEqual([
      'stage:checkout:eu', 'stage:payments:eu', 'drain:checkout:eu', 'drain:payments:eu', 'stop:checkout:eu', 'stop:payments:eu',
      'deploy:checkout:eu', 'deploy:payments:eu', 'verify:checkout:eu', 'verify:payments:eu', 'open:payments:eu', 'open:checkout:eu',
    ])
  })

  test.each([
    ['stop:checkout:eu', 'drain:payments:eu'],
    ['deploy:checkout:eu', 'stop:payments:eu'],
    ['open:checkout:eu', 'verify:payments:eu'],
  ])('%s waits for %s, because they are a group', (later, earlier) => expect(isBefore(plan, earlier, later)).toBe(true))

  test('close the caller first, since what it has under way still calls the other, and let it in last', () => {
    expect(isBefore(plan, 'drain:checkout:eu', 'drain:payments:eu')).toBe(true)
    expect(isBefore(plan, 'open:payments:eu', 'open:checkout:eu')).toBe(true)
    expect(plan.edges.find(({ from, to }) => from === 'drain:checkout:eu' && to === 'drain:payments:eu')?.because).toBe('what is under way still calls it: checkout in eu serves nobody first')
  })

  test('have parameters that say what is done behind the drain', () => {
    expect(stepOf(plan, 'drain:checkout:eu').params).toEqual({ service: 'checkout' })
    expect(stepOf(plan, 'stop:checkout:eu').params).toEqual({ service: 'checkout' })
    expect(stepOf(plan, 'deploy:checkout:eu').params).toMatchObject({ service: 'checkout', closed: true, instances: 2, from: [checkout.bad.digest] })
    expect(stepOf(plan, 'verify:checkout:eu').params).toEqual({ service: 'checkout', digest: checkout.good.digest, instances: 2, closed: true })
    expect(stepOf(plan, 'open:checkout:eu').params).toEqual({ service: 'checkout', digest: checkout.good.digest, instances: 2 })
  })

  test('are named as a group, with what holds it together', () => {
    expect(plan.groups).toEqual([{ key: 'group:1', because: 'payments:eu first: otherwise checkout 1.4.2 calls payments-api ^1.0.0, and payments 2.0.0 offers 2.0.0; checkout:eu first: otherwise checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0' }])
    expect(plan.moves.map(({ group }) => group)).toEqual(['group:1', 'group:1'])
  })

  test('serve nobody meanwhile, and the plan says so', () => {
    expect(plan.notes).toEqual(['checkout in eu serves nobody while group:1 moves; its callers there get no answer', 'payments in eu serves nobody while group:1 moves; its callers there get no answer'])
    expect(plan.losses).toContainEqual({ what: 'checkout in eu serves nobody while it moves', severity: 'some' })
    expect(sentenceOf(plan)).toBe('checkout 1.5.0 → 1.4.2 in eu, behind a drain; payments 2.0.0 → 1.9.0 in eu, behind a drain')
  })

  test('are a group of their own in each region, one region after the other', () => {
    const two = planned(situation([...pair('eu'), ...pair('us')]))
    expect(two.groups.map(({ key }) => key)).toEqual(['group:1', 'group:2'])
    for (const service of ['checkout', 'payments']) expect(isBefore(two, `open:${service}:us`, 'drain:checkout:eu')).toBe(true)
  })
})

describe('a group and the rest', () => {
  const web = (version: string, range: string) => release('web', version, { calls: [{ contract: 'checkout-api', range, scope: 'region' }] })
  const offering = (one: typeof checkout.bad, version: string) => ({ ...one, offers: [{ contract: 'checkout-api', version }] })

  test('what has to go before a member goes before the whole group, and what has to follow follows the whole', () => {
    const plan = planned(situation([
      target('checkout', 'eu', [offering(checkout.bad, '5.0.0')], offering(checkout.good, '4.0.0')),
      target('payments', 'eu', [payments.bad], payments.good),
      target('web', 'eu', [web('8.0.0', '^5.0.0')], web('7.0.0', '>=4.0.0')),
      target('ads', 'eu', [release('ads', '2.0.0', { calls: [{ contract: 'checkout-api', range: '>=4.0.0', scope: 'region' }] })], release('ads', '1.0.0', { calls: [{ contract: 'checkout-api', range: '^4.0.0', scope: 'region' }] })),
    ]))
    expect(plan.groups).toHaveLength(1)
    expect(isBefore(plan, 'verify:web:eu', 'drain:payments:eu')).toBe(true)
    expect(isBefore(plan, 'open:payments:eu', 'deploy:ads:eu')).toBe(true)
  })

  test('a large group keeps few edges: barriers stand between its phases', () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`)
    const ring = (index: number, version: string, major: number) => release(`s${index}`, version, { offers: [{ contract: `c${index}`, version: `${major}.0.0` }], calls: [{ contract: `c${(index + 1) % names.length}`, range: `^${major}.0.0`, scope: 'region' }] })
    const plan = planned(situation(names.map((name, index) => target(name, 'eu', [ring(index, '2.0.0', 2)], ring(index, '1.0.0', 1)))))
    expect(plan.groups).toHaveLength(1)
    expect(plan.edges.length).toBeLessThan(12 * 12)
    for (const first of names) for (const then of names) expect(isBefore(plan, `stop:${first}:eu`, `deploy:${then}:eu`)).toBe(true)
  })
})

describe('one that cannot move while it serves', () => {
  const cannot = release('checkout', '1.5.0', { besideItself: false })
  const good = release('checkout', '1.4.2')

  test.each([
    ['the old release cannot run beside another of itself', target('checkout', 'eu', [cannot], good), 'checkout in eu: 1.5.0 cannot run beside another release of itself'],
    ['the new one cannot', target('checkout', 'eu', [good], cannot), 'checkout in eu: 1.5.0 cannot run beside another release of itself'],
    ['no instance is to spare', target('checkout', 'eu', [release('checkout', '1.5.0')], good, { minUp: 2 }), 'checkout in eu has 2 instances and needs 2 up: replacing one would leave too few'],
    ['there is only one', target('checkout', 'eu', [release('checkout', '1.5.0')], good, { instances: 1, minUp: 1 }), 'checkout in eu has 1 instance and needs 1 up: replacing one would leave too few'],
  ])('moves behind a drain alone: %s', (_name, one, because) => {
    const plan = planned(situation([one]))
    expect(keys(plan)).toEqual(['stage:checkout:eu', 'drain:checkout:eu', 'stop:checkout:eu', 'deploy:checkout:eu', 'verify:checkout:eu', 'open:checkout:eu'])
    expect(plan.groups).toEqual([{ key: 'group:1', because }])
    expect(plan.notes).toEqual(['checkout in eu serves nobody while group:1 moves; its callers there get no answer'])
  })

  test('is refused where no agent may do that, and the refusal says what is lacking', () => {
    const regions = [{ name: 'eu', rtoSeconds: 600, trafficShare: 1, maxParallel: 8, kinds: ['stage', 'deploy', 'verify'] }]
    expect(refused(situation([target('checkout', 'eu', [release('checkout', '1.5.0')], good, { minUp: 2 })], { regions }))).toMatchObject({
      because: 'no agent in eu may do drain, stop and open; checkout in eu has to move behind a drain: checkout in eu has 2 instances and needs 2 up: replacing one would leave too few',
      conflict: ['checkout in eu has to move behind a drain: checkout in eu has 2 instances and needs 2 up: replacing one would leave too few', 'no agent in eu may do drain, stop and open'],
    })
  })

  test('a half-deployed release that cannot run beside itself is taken behind a drain, too', () => {
    expect(planned(situation([target('checkout', 'eu', [cannot, good], good)])).groups).toHaveLength(1)
  })
})

describe('a controller that would undo the work', () => {
  const reconciler = { name: 'Argo CD', hold: { kind: 'hold-reconciler', params: { application: 'checkout' } }, undo: 'argocd app set checkout --sync-policy automated' }

  test('is held before the target is touched, and a person is told how to let go again', () => {
    const plan = planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0')], release('checkout', '1.4.2'), { reconciler })]))
    expect(keys(plan)).toEqual(['stage:checkout:eu', 'hold:checkout:eu', 'deploy:checkout:eu', 'verify:checkout:eu'])
    expect(stepOf(plan, 'hold:checkout:eu')).toMatchObject({ role: 'hold', kind: 'hold-reconciler', params: { application: 'checkout' }, region: 'eu' })
    expect(stepOf(plan, 'deploy:checkout:eu').after).toEqual(['hold:checkout:eu'])
    expect(plan.leaves).toEqual([{ what: 'Argo CD is held for checkout in eu', undo: 'argocd app set checkout --sync-policy automated' }])
  })

  test('is held before the drain where there is one', () => {
    const plan = planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0')], release('checkout', '1.4.2'), { reconciler, minUp: 2 })]))
    expect(stepOf(plan, 'drain:checkout:eu').after).toEqual(['hold:checkout:eu'])
  })

  test('is held by the command center where only a person can', () => {
    const plan = planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0')], release('checkout', '1.4.2'), { reconciler: { ...reconciler, hold: { kind: 'manual', params: { text: 'pause it' } } } })]))
    expect(stepOf(plan, 'hold:checkout:eu')).toMatchObject({ kind: 'manual', region: null })
  })
})
