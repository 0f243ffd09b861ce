import { describe, expect, test } from 'vitest'
import { release, situation, target } from '#tests/support/situation.ts'
import type { PlanDocument, Situation } from '../model.ts'
import { hashPlan } from './hash-plan.ts'
import { planMoves } from './plan-moves.ts'
import { sentenceOf } from './sentence.ts'

const bad = release('checkout', '1.5.0')
const good = release('checkout', '1.4.2')
const planned = (world: Situation): PlanDocument => {
  const result = planMoves(world)
  if (!result.ok) throw new Error(result.because)
  return result.document
}
const because = (world: Situation): string => {
  const result = planMoves(world)
  return result.ok ? 'planned' : result.because
}
const both = situation([target('checkout', 'eu', [bad], good), target('checkout', 'us', [bad], good)])

describe('a plan of two regions', () => {
  test('stages everywhere before it switches anywhere, and the region with less traffic goes first', () => {
    const { steps } = planned(both)
    expect(steps.map((step) => step.key)).toEqual(['stage:checkout:us', 'stage:checkout:eu', 'deploy:checkout:us', 'verify:checkout:us', 'deploy:checkout:eu', 'verify:checkout:eu'])
    expect(steps.find((step) => step.key === 'deploy:checkout:us')?.after).toEqual(['stage:checkout:us', 'stage:checkout:eu'])
    expect(steps.find((step) => step.key === 'deploy:checkout:eu')?.after).toContain('verify:checkout:us')
  })

  test('gives a reason for every edge', () => {
    const { steps, edges } = planned(both)
    for (const step of steps) for (const from of step.after) expect(edges.find((edge) => edge.from === from && edge.to === step.key)?.because).toMatch(/\w{3}/)
  })

  test('reads as a sentence', () => expect(sentenceOf(planned(both))).toBe('checkout 1.5.0 → 1.4.2 in us, then eu'))

  test('is the same document, with the same hash, whatever the order in which the world was read', () => {
    expect(hashPlan(planned(situation([...both.targets].reverse())))).toBe(hashPlan(planned(both)))
  })

  test('leaves out what already runs the release it should go to', () => {
    const half = situation([target('checkout', 'eu', [bad], good), target('checkout', 'us', [good], good)])
    expect(planned(half).moves.map((move) => move.region)).toEqual(['eu'])
  })

  test('takes a half-deployed target from everything that runs there', () => {
    const half = situation([target('checkout', 'eu', [bad, good], good)])
    expect(planned(half).steps.find((step) => step.kind === 'deploy')?.params['from']).toEqual([bad.digest, good.digest].sort())
  })
})

test('only looking may always be repeated: switching may where the service says so', () => {
  const once = planned(situation([target('checkout', 'eu', [bad], good, { repeatable: false })]))
  expect(Object.fromEntries(once.steps.map((step) => [step.kind, step.repeatable]))).toEqual({ stage: true, deploy: false, verify: true })
  expect(planned(both).steps.every((step) => step.repeatable)).toBe(true)
})

test('a deployment keeps the configuration before it changes anything', () => {
  const { steps } = planned({ ...both, purpose: 'deployment' })
  expect(steps.filter((step) => step.kind === 'snapshot').map((step) => step.key)).toEqual(['snapshot:checkout:us', 'snapshot:checkout:eu'])
  expect(steps.find((step) => step.key === 'deploy:checkout:us')?.after).toContain('snapshot:checkout:eu')
})

describe('order from contracts', () => {
  const api = (version: string) => ({ offers: [{ contract: 'payments-api', version }] })
  const calls = (range: string, scope: 'region' | 'global' = 'region') => ({ calls: [{ contract: 'payments-api', range, scope }] })
  const newCheckout = release('checkout', '1.5.0', calls('^2.0.0'))
  const oldCheckout = release('checkout', '1.4.2', calls('>=1.0.0'))
  const newPayments = release('payments', '2.0.0', api('2.0.0'))
  const oldPayments = release('payments', '1.9.0', api('1.0.0'))

  test('the caller goes back before what it calls', () => {
    const { steps, edges } = planned(situation([target('checkout', 'eu', [newCheckout], oldCheckout), target('payments', 'eu', [newPayments], oldPayments)]))
    expect(steps.find((step) => step.key === 'deploy:payments:eu')?.after).toContain('verify:checkout:eu')
    expect(edges.find((edge) => edge.from === 'verify:checkout:eu' && edge.to === 'deploy:payments:eu')?.because).toBe('checkout:eu first: otherwise checkout 1.5.0 calls payments-api ^2.0.0, and payments 1.9.0 offers 1.0.0')
  })

  test.each([
    ['a stayer that would be broken has to come along', situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'eu', [newCheckout], null)]), /take checkout in eu back as well/],
    ['two that fit only the old way do not fit afterwards', situation([target('checkout', 'eu', [oldCheckout], newCheckout), target('payments', 'eu', [newPayments], oldPayments)]), /would not work together afterwards/],
    ['two that would have to move in the same instant are no plan', situation([target('checkout', 'eu', [newCheckout], release('checkout', '1.4.2', calls('^1.0.0'))), target('payments', 'eu', [newPayments], oldPayments)]), /in the same instant/],
    ['a caller in another region does not matter for a regional contract', situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'us', [newCheckout], null)]), /^planned$/],
    ['a caller in another region does for a global one', situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'us', [release('checkout', '1.5.0', calls('^2.0.0', 'global'))], null)]), /take checkout in us back/],
  ])('%s', (_name, world, expected) => expect(because(world)).toMatch(expected))

  test('what is broken already is excused, named, and hashed with the plan', () => {
    const alone = release('checkout', '1.5.1', calls('^3.0.0'))
    const world = situation([target('payments', 'eu', [newPayments], oldPayments), target('checkout', 'eu', [alone], null)])
    expect(planned(world).excused).toEqual(['broken already: checkout 1.5.1 calls payments-api ^3.0.0, and payments 1.9.0 offers 1.0.0'])
  })
})

describe('what is refused, and says why', () => {
  const schema = (reads: readonly [number, number], writes: number) => ({ schema: { database: 'shop', scope: 'region' as const, reads, writes } })
  test.each([
    ['nothing to go back to', situation([], { missing: ['checkout in eu'] }), 'checkout in eu has no last known good release to go back to; name a version'],
    ['nothing to do', situation([target('checkout', 'eu', [good], good)]), 'every target already runs the release it should go to'],
    ['not seen lately', situation([target('checkout', 'eu', null, good)]), 'no agent has lately seen what runs as checkout in eu; without that nothing is safe to say'],
    ['no instance to spare', situation([target('checkout', 'eu', [bad], good, { minUp: 2 })]), 'checkout in eu has 2 instances and needs 2 up: replacing one would leave too few'],
    ['cannot run beside itself', situation([target('checkout', 'eu', [release('checkout', '1.5.0', { besideItself: false })], good)]), 'no plan found: checkout in eu 1.5.0 cannot run beside another release of itself, and moving it behind a drain is not planned here'],
    ['a schema that the old one cannot read', situation([target('checkout', 'eu', [release('checkout', '1.5.0', schema([2, 3], 3))], release('checkout', '1.4.2', schema([1, 2], 2)))]), 'checkout 1.4.2 reads schema 1 to 2 of shop, which 1.5.0 has taken to 3'],
  ])('%s', (_name, world, expected) => expect(because(world)).toBe(expected))
})

test('what is lost is said, and what is not known is said to be unknown', () => {
  const losses = (from: Parameters<typeof release>[2], to: Parameters<typeof release>[2]) => planned(situation([target('checkout', 'eu', [release('checkout', '1.5.0', from)], release('checkout', '1.4.2', to))])).losses
  const schema = { database: 'shop', scope: 'region' as const, reads: [1, 9] as const, writes: 2 }
  expect(losses({}, {})).toEqual([{ what: 'checkout: nothing in data, it declares no database', severity: 'none' }])
  expect(losses({ schema }, { schema: { ...schema, writes: 1 } })[0]?.severity).toBe('some')
  expect(losses({ schema }, {})[0]?.severity).toBe('unknown')
  expect(losses({ oneWay: 'e-mails are sent' }, {})[0]).toEqual({ what: 'checkout 1.5.0: e-mails are sent (cannot be undone)', severity: 'serious' })
})
