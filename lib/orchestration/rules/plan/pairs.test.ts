import { describe, expect, test } from 'vitest'
import { isBefore, planned, refused, stepOf } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import { planAlong, planMoves } from '../plan-moves.ts'

const api = (version: string) => ({ offers: [{ contract: 'payments-api', version }] })
const calls = (range: string, scope: 'region' | 'global' = 'region') => ({ calls: [{ contract: 'payments-api', range, scope }] })
const newCheckout = release('checkout', '1.5.0', calls('^2.0.0'))
const oldCheckout = release('checkout', '1.4.2', calls('>=1.0.0'))
const newPayments = release('payments', '2.0.0', api('2.0.0'))
const oldPayments = release('payments', '1.9.0', api('1.0.0'))

describe('order from contracts', () => {
  test('the caller goes back before what it calls', () => {
    const plan = planned(situation([target('checkout', 'eu', [newCheckout], oldCheckout), target('payments', 'eu', [newPayments], oldPayments)]))
    expect(stepOf(plan, 'deploy:payments:eu').after).toContain('verify:checkout:eu')
    expect(plan.edges.find((edge) => edge.from === 'verify:checkout:eu' && edge.to === 'deploy:payments:eu')?.because).toBe('checkout:eu first: otherwise checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0')
  })

  test('what is called goes first where the caller needs what only the new one offers', () => {
    const plan = planned(situation([target('checkout', 'eu', [oldCheckout], newCheckout), target('payments', 'eu', [oldPayments], newPayments)]))
    expect(isBefore(plan, 'verify:payments:eu', 'deploy:checkout:eu')).toBe(true)
  })

  test('neither order matters where both work with either: they move at the same time', () => {
    const plan = planned(situation([target('checkout', 'eu', [oldCheckout], release('checkout', '1.4.1', calls('>=1.0.0'))), target('payments', 'eu', [newPayments], oldPayments)]))
    expect(isBefore(plan, 'deploy:checkout:eu', 'deploy:payments:eu')).toBe(false)
    expect(isBefore(plan, 'deploy:payments:eu', 'deploy:checkout:eu')).toBe(false)
  })

  test('a half-deployed caller is every release that it runs', () => {
    const half = target('checkout', 'eu', [newCheckout, release('checkout', '1.4.9', calls('>=1.0.0'))], oldCheckout)
    expect(isBefore(planned(situation([half, target('payments', 'eu', [newPayments], oldPayments)])), 'verify:checkout:eu', 'deploy:payments:eu')).toBe(true)
  })

  test('a caller in another region does not matter for a regional contract', () => {
    const world = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'us', [newCheckout], null)])
    expect(planned(world).locks).toEqual({ exclusive: ['target:production/payments/eu'], shared: [] })
  })

  test('versions come before the order of regions: what has to follow a later region moves with it, and a note says so', () => {
    const global = release('checkout', '1.5.0', calls('^2.0.0', 'global'))
    const world = situation([target('checkout', 'eu', [global], oldCheckout), target('payments', 'us', [newPayments], oldPayments), target('search', 'us', [release('search', '2.0.0')], release('search', '1.0.0'))])
    const plan = planned(world)
    expect(isBefore(plan, 'verify:checkout:eu', 'deploy:payments:us')).toBe(true)
    expect(isBefore(plan, 'verify:search:us', 'deploy:checkout:eu')).toBe(true)
    expect(plan.notes).toEqual(['payments in us moves with eu and not before it: versions come before the order of regions'])
  })
})

describe('a neighbour', () => {
  test('of what moves is locked for sharing, because the proof holds only beside it', () => {
    const caller = target('checkout', 'eu', [oldCheckout], null)
    expect(planned(situation([target('payments', 'eu', [newPayments], oldPayments), caller])).locks).toEqual({ exclusive: ['target:production/payments/eu'], shared: ['target:production/checkout/eu'] })
  })

  test('with which a pair is broken already is excused, named, and hashed with the plan', () => {
    const alone = release('checkout', '1.5.1', calls('^3.0.0'))
    const world = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'eu', [alone], null)])
    expect(planned(world).excused).toEqual(['broken already: checkout 1.5.1 calls payments-api ^3.0.0, and payments 1.9.0 offers 1.0.0'])
  })

  test('is excused in that direction only', () => {
    const caller = release('checkout', '1.5.1', { ...calls('^3.0.0'), offers: [{ contract: 'cart-api', version: '1.0.0' }] })
    const back = release('payments', '1.9.0', { ...api('1.0.0'), calls: [{ contract: 'cart-api', range: '^2.0.0', scope: 'region' }] })
    expect(refused(situation([target('payments', 'eu', [newPayments], back), target('checkout', 'eu', [caller], null)])).because).toBe('payments 1.9.0 calls cart-api ^2.0.0, and checkout 1.5.1 offers 1.0.0; take checkout in eu back as well')
  })

  test('whose break the plan mends is said to have been broken', () => {
    const broken = release('checkout', '1.5.0', calls('^3.0.0'))
    expect(planned(situation([target('checkout', 'eu', [broken], oldCheckout), target('payments', 'eu', [newPayments], null)])).excused).toEqual(['broken already: checkout 1.5.0 calls payments-api ^3.0.0, and payments 2.0.0 offers 2.0.0'])
  })
})

describe('what stays and would be broken', () => {
  const stuck = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'eu', [newCheckout], null, { candidate: oldCheckout })])

  test('has to come along: the refusal names the conflict, and the smallest set with which there is a plan', () => {
    expect(refused(stuck)).toEqual({
      ok: false,
      because: 'checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0; take checkout in eu back as well',
      conflict: ['checkout in eu stays as it is', 'payments in eu is to go to 1.9.0', 'checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0'],
      alsoMove: [{ targetId: stuck.targets[1]?.targetId, service: 'checkout', region: 'eu', version: '1.4.2' }],
    })
  })

  test('comes along where whoever asked agrees, and the plan says which was asked for', () => {
    const result = planAlong(stuck, refused(stuck).alsoMove ?? [])
    expect(result.ok && result.document.moves.map(({ service, why }) => [service, why])).toEqual([['checkout', 'along'], ['payments', 'asked']])
  })

  test('brings along what it would break in turn, and no more', () => {
    const web = (range: string) => ({ calls: [{ contract: 'checkout-api', range, scope: 'region' as const }] })
    const offering = (version: string, offered: string, range: string) => release('checkout', version, { ...calls(range), offers: [{ contract: 'checkout-api', version: offered }] })
    const world = situation([
      target('payments', 'eu', [newPayments], oldPayments),
      target('checkout', 'eu', [offering('1.5.0', '5.0.0', '^2.0.0')], null, { candidate: offering('1.4.2', '4.0.0', '>=1.0.0') }),
      target('web', 'eu', [release('web', '8.0.0', web('^5.0.0'))], null, { candidate: release('web', '7.0.0', web('>=4.0.0')) }),
      target('search', 'eu', [release('search', '2.0.0')], null, { candidate: release('search', '1.0.0') }),
    ])
    expect(refused(world).alsoMove?.map(({ service }) => service)).toEqual(['checkout', 'web'])
  })

  test.each([
    ['has nowhere to go', null],
    ['is where it would go', newCheckout],
    ['would be broken there as well', release('checkout', '1.4.0', calls('^2.0.0'))],
  ])('and %s: no set is found', (_name, candidate) => {
    const world = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'eu', [newCheckout], null, { candidate })])
    expect(refused(world).alsoMove).toBeNull()
  })

  test('a caller in another region would be, too, where the contract is global', () => {
    const world = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'us', [release('checkout', '1.5.0', calls('^2.0.0', 'global'))], null)])
    expect(refused(world).because).toMatch(/take checkout in us back as well$/)
  })

  test('would have to move as well where a deployment asks for it', () => {
    const world = situation([target('payments', 'eu', [oldPayments], newPayments), target('checkout', 'eu', [release('checkout', '1.0.0', calls('^1.0.0'))], null)], { purpose: 'deployment' })
    expect(refused(world).because).toBe('checkout 1.0.0 calls payments-api ^1.0.0, and payments 2.0.0 offers 2.0.0; checkout in eu would have to move as well')
  })
})

test('two that would not work together afterwards are refused, whoever else would move', () => {
  const world = situation([target('checkout', 'eu', [oldCheckout], newCheckout), target('payments', 'eu', [newPayments], oldPayments)])
  expect(refused(world)).toEqual({
    ok: false,
    because: 'they would not work together afterwards: checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0',
    conflict: ['checkout in eu is to go to 1.5.0', 'payments in eu is to go to 1.9.0', 'checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0'],
    alsoMove: null,
  })
})

test('a release that no longer offers a contract breaks its callers as a wrong version does', () => {
  const world = situation([target('payments', 'eu', [newPayments], release('payments', '1.9.0')), target('checkout', 'eu', [oldCheckout], null)])
  const result = planMoves(world)
  expect(!result.ok && result.because).toBe('checkout 1.4.2 calls payments-api >=1.0.0, and payments 1.9.0 does not offer it; take checkout in eu back as well')
})
