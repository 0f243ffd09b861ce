import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { release, situation, target } from '#tests/support/situation.ts'
import type { PlanDocument, ReleaseFacts, Situation } from '../model.ts'
import { planMoves } from './plan-moves.ts'
import { verifyPlan } from './verify-plan.ts'

const api = (version: string): Partial<ReleaseFacts> => ({ offers: [{ contract: 'payments-api', version }] })
const calls = (range: string): Partial<ReleaseFacts> => ({ calls: [{ contract: 'payments-api', range, scope: 'region' }] })
const world = situation(
  ['eu', 'us'].flatMap((region) => [
    target('checkout', region, [release('checkout', '1.5.0', calls('^2.0.0'))], release('checkout', '1.4.2', calls('>=1.0.0'))),
    target('payments', region, [release('payments', '2.0.0', api('2.0.0'))], release('payments', '1.9.0', api('1.0.0'))),
  ]),
)
const plan = ((): PlanDocument => {
  const result = planMoves(world)
  if (!result.ok) throw new Error(result.because)
  return result.document
})()

const without = (document: PlanDocument, key: string, from: string): PlanDocument => ({ ...document, steps: document.steps.map((step) => (step.key === key ? { ...step, after: step.after.filter((one) => one !== from) } : step)) })
const change = (document: PlanDocument, key: string, edit: (step: PlanDocument['steps'][number]) => Partial<PlanDocument['steps'][number]>): PlanDocument => ({ ...document, steps: document.steps.map((step) => (step.key === key ? { ...step, ...edit(step) } : step)) })
const other = `sha256:${'0'.repeat(64)}`

test('the planner’s own plan holds', () => expect(verifyPlan(plan, world).holds).toBe(true))

/** Each is a way in which a planner could be wrong; the verifier must say so. */
const planted: [string, PlanDocument, Situation?][] = [
  ['the provider goes back first', without(plan, 'deploy:payments:us', 'verify:checkout:us')],
  ['it waits for the switch and not for what really serves', change(plan, 'deploy:payments:us', (step) => ({ after: step.after.map((key) => (key === 'verify:checkout:us' ? 'deploy:checkout:us' : key)) }))],
  ['an edge has no reason', { ...plan, edges: plan.edges.slice(1) }],
  ['an edge has an empty reason', { ...plan, edges: plan.edges.map((edge, index) => (index === 0 ? { ...edge, because: '' } : edge)) }],
  ['bytes are switched before they are there', without(plan, 'deploy:checkout:us', 'stage:checkout:us')],
  ['it is verified before it is switched', without(plan, 'verify:checkout:us', 'deploy:checkout:us')],
  ['it brings other bytes than it says', change(plan, 'deploy:checkout:us', (step) => ({ params: { ...step.params, to: { version: '1.4.2', digest: other, url: 'http://x' } } }))],
  ['it verifies other bytes than it brings', change(plan, 'verify:checkout:us', (step) => ({ params: { ...step.params, digest: other } }))],
  ['it stages other bytes than it brings', change(plan, 'stage:checkout:us', (step) => ({ params: { ...step.params, release: { version: '1.4.2', digest: other, url: 'http://x' } } }))],
  ['a step is missing', { ...plan, steps: plan.steps.filter((step) => step.key !== 'verify:payments:eu') }],
  ['a target is switched twice', { ...plan, steps: [...plan.steps, { ...(plan.steps.find((step) => step.key === 'deploy:checkout:us') as PlanDocument['steps'][number]), key: 'deploy:checkout:us:again' }] }],
  ['two steps have one key', { ...plan, steps: [...plan.steps, plan.steps[0] as PlanDocument['steps'][number]] }],
  ['steps wait in a circle', change(plan, 'stage:checkout:us', () => ({ after: ['verify:payments:eu'] }))],
  ['a step waits for one that is not there', change(plan, 'deploy:checkout:us', (step) => ({ after: [...step.after, 'deploy:nothing'] }))],
  ['a target of the move is left out', { ...plan, moves: plan.moves.filter((move) => !(move.service === 'checkout' && move.region === 'eu')) }],
  ['it goes to another release than it should', { ...plan, moves: plan.moves.map((move) => ({ ...move, to: { ...move.to, digest: other } })) }],
  ['the fleet has moved on', plan, { ...world, targets: world.targets.map((one) => (one.service === 'checkout' && one.region === 'eu' ? target('checkout', 'eu', [release('checkout', '1.6.0')], one.goTo) : one)) }],
  ['what runs is no longer known', plan, { ...world, targets: world.targets.map((one) => ({ ...one, running: null })) }],
  ['there is no instance to spare any more', plan, { ...world, targets: world.targets.map((one) => ({ ...one, minUp: 2 })) }],
  ['a target is gone', plan, { ...world, targets: world.targets.slice(1) }],
]

describe('a planner with this bug is caught', () => {
  test.each(planted)('%s', (_name, wrong, seen = world) => {
    const proof = verifyPlan(wrong, seen)
    expect(proof.holds).toBe(false)
    expect(proof.because).toMatch(/\w+ \w+/)
  })
})

/** Random small worlds: three services in two regions that call each other under random ranges. */
const versions = fc.constantFrom('1.0.0', '1.1.0', '2.0.0', '2.1.0')
const ranges = fc.constantFrom('*', '^1.0.0', '^2.0.0', '>=1.1.0', '<2.0.0')
const names = ['a', 'b', 'c'] as const
const releaseOf = (service: string, tag: string): fc.Arbitrary<ReleaseFacts> =>
  fc.tuple(versions, fc.array(fc.tuple(fc.constantFrom(...names.filter((name) => name !== service)), ranges, fc.constantFrom('region' as const, 'global' as const)), { maxLength: 2 })).map(([offered, called]) =>
    release(service, tag, { offers: [{ contract: `${service}-api`, version: offered }], calls: called.map(([name, range, scope]) => ({ contract: `${name}-api`, range, scope })) }),
  )
const worlds = fc
  .tuple(...names.map((name) => fc.tuple(releaseOf(name, 'old'), releaseOf(name, 'new'), fc.boolean(), fc.boolean())))
  .map((drawn) => situation(names.flatMap((name, index) => ['eu', 'us'].map((region, where) => {
    const [back, now, moves, half] = drawn[index] as [ReleaseFacts, ReleaseFacts, boolean, boolean]
    return target(name, region, half && where === 0 ? [now, back] : [now], moves ? back : null)
  }))))

test('whatever the planner plans, the verifier accepts', () => {
  let feasible = 0
  let refused = 0
  fc.assert(
    fc.property(worlds, (random) => {
      const result = planMoves(random)
      if (!result.ok) return void (refused += result.because ? 1 : 0)
      feasible++
      expect(verifyPlan(result.document, random)).toMatchObject({ holds: true })
    }),
    { numRuns: process.env['KNOWNGOOD_LONG'] ? 20_000 : 2_000, seed: 20_261_123 },
  )
  // A generator that only makes one kind of world would prove nothing.
  expect(feasible).toBeGreaterThan(200)
  expect(refused).toBeGreaterThan(200)
})
