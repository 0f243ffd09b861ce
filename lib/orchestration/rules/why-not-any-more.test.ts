import { describe, expect, test } from 'vitest'
import { release } from '#tests/support/situation.ts'
import { chance } from '#tests/support/worlds/chance.ts'
import { draftPlan } from '#tests/support/worlds/draft-plan.ts'
import { wayThrough } from '#tests/support/worlds/exists.ts'
import { physicsOf } from '#tests/support/worlds/physics.ts'
import { shop, shopPlan } from '#tests/support/worlds/shop.ts'
import { smallWorld } from '#tests/support/worlds/small-world.ts'
import type { PlanDocument, ReleaseFacts, Situation, TargetFacts } from '../model.ts'
import { verifyPlan } from './verify-plan.ts'
import { whyNotAnyMore } from './why-not-any-more.ts'

/** The world as a run leaves it when these steps are done and these are under way. */
function after(world: Situation, plan: PlanDocument, done: ReadonlySet<string>, underWay: ReadonlySet<string> = new Set()): Situation {
  const own = (target: string, role: string): string => plan.steps.find((step) => step.target === target && step.role === role)?.key ?? 'none'
  const targets = world.targets.map((target): TargetFacts => {
    const move = plan.moves.find((one) => one.target === target.targetId)
    if (!move || !target.goTo) return target
    const gone = done.has(own(target.targetId, move.group === null ? 'verify' : 'stop'))
    const here = done.has(own(target.targetId, 'deploy')) || underWay.has(own(target.targetId, 'deploy'))
    const running = [...(gone ? [] : (target.running ?? [])), ...(here ? [{ digest: target.goTo.digest, instances: 1, release: target.goTo }] : [])]
    return { ...target, running, out: target.out || running.length === 0 }
  })
  const databases = world.databases.map((facts) => ({ ...facts, version: plan.migrations.reduce((version, one) => (one.database === facts.database && one.region === facts.region && done.has(one.step) ? one.to : version), facts.version) }))
  return { ...world, targets, databases }
}

/** Any order that the plan allows, several steps at a time: nothing that the run itself brings about is a surprise. */
function runThrough(world: Situation, plan: PlanDocument, seed: number): string | null {
  const draw = chance(seed)
  const done = new Set<string>()
  while (done.size < plan.steps.length) {
    const ready = plan.steps.filter((step) => !done.has(step.key) && step.after.every((key) => done.has(key)))
    const next = draw.pick(ready)
    const underWay = new Set(ready.filter((step) => step !== next && draw.often(0.5)).map((step) => step.key))
    const because = whyNotAnyMore(plan, after(world, plan, done, underWay), done, next.key)
    if (because) return `before ${next.key}, with ${[...underWay].join(' and ')} under way: ${because}`
    done.add(next.key)
  }
  return whyNotAnyMore(plan, after(world, plan, done), done)
}

test('a run of the shop meets no surprise of its own making, in 200 orders', () => {
  for (let seed = 0; seed < 200; seed++) expect(runThrough(shop, shopPlan, seed)).toBeNull()
})

test('nor does a run of any proven plan of 400 small worlds', () => {
  let proven = 0
  for (let seed = 1; seed <= 400; seed++) {
    const world = smallWorld(seed, 'all')
    const physics = physicsOf(world)
    const way = wayThrough(physics)
    const plan = way && draftPlan(world, physics, way, { together: false, keep: 1 }, chance(seed))
    if (!plan || !verifyPlan(plan, world).holds) continue
    proven++
    expect(runThrough(world, plan, seed), `world ${seed}`).toBeNull()
  }
  expect(proven).toBeGreaterThan(150)
})

const at = (service: string, region: string, world = shop): TargetFacts => world.targets.find((one) => one.service === service && one.region === region) as TargetFacts
const seen = (service: string, region: string, edit: Partial<TargetFacts>, world = shop): Situation => ({ ...world, targets: world.targets.map((one) => (one.service === service && one.region === region ? { ...one, ...edit } : one)) })
const running = (...releases: ReleaseFacts[]): Partial<TargetFacts> => ({ running: releases.map((one) => ({ digest: one.digest, instances: 1, release: one })) })
const keys = (...roles: string[]): string[] => shopPlan.steps.filter((step) => roles.some((role) => step.key.startsWith(role))).map((step) => step.key)
const begun = new Set(keys('stage', 'hold'))
const checkoutMoved = new Set([...begun, ...keys('deploy:checkout', 'verify:checkout')])
const stopped = new Set([...checkoutMoved, ...keys('drain', 'stop')])
const moved = after(shop, shopPlan, checkoutMoved)
const storefront = (range: string): Partial<TargetFacts> => running(release('storefront', '7.1.0', { calls: [{ contract: 'checkout-api', range, scope: 'region' }] }))
const window = (kind: 'freeze' | 'maintenance', rollback: boolean, target: TargetFacts): Situation['windows'] => [{ name: 'year end', kind, until: '2027-01-03T00:00:00Z', targetIds: [target.targetId], rollback }]

const surprises: [string, Situation, ReadonlySet<string>, string | null, RegExp][] = [
  ['something else was deployed', seen('checkout', 'us', running(release('checkout', '1.6.0'))), begun, null, /checkout in us runs 1\.6\.0, which is neither/],
  ['unregistered bytes run', seen('checkout', 'us', { running: [{ digest: 'sha256:0', instances: 1, release: null }] }), begun, null, /checkout in us runs sha256:0, which is neither/],
  ['somebody else has moved it', seen('checkout', 'us', running(at('checkout', 'us').goTo as ReleaseFacts)), begun, null, /runs 1\.4\.2 already, and this run has not started it/],
  ['something of a stopped target came back as something else', seen('ledger', 'eu', running(release('ledger', '3.0.0')), after(shop, shopPlan, stopped)), stopped, null, /ledger in eu runs 3\.0\.0/],
  ['it is no longer known what runs', seen('ledger', 'eu', { running: null }), begun, null, /what runs as ledger in eu is not known/],
  ['a target is gone', { ...shop, targets: shop.targets.slice(0, -1) }, begun, null, /ledger in eu is not there any more/],
  ['it should go elsewhere now', seen('ledger', 'eu', { goTo: null }), begun, null, /ledger in eu should no longer run 1\.0\.0/],
  ['a neighbour was moved to what cannot call what comes', seen('storefront', 'us', storefront('>=1.5.0')), begun, null, /storefront in us 7\.1\.0 calls checkout-api >=1\.5\.0 of checkout in us 1\.4\.2.*not so when the plan was made/],
  ['a neighbour was moved to what cannot call what serves still', seen('storefront', 'us', storefront('<1.5.0')), begun, null, /checkout in us 1\.5\.0/],
  ['a database is at another version', { ...moved, databases: shop.databases.map((one) => ({ ...one, version: 7 })) }, checkoutMoved, null, /money of eu is at 7, and what was done so far leaves it at 4/],
  ['a database was taken back by somebody else', { ...after(shop, shopPlan, stopped), databases: shop.databases.map((one) => ({ ...one, version: 2 })) }, stopped, null, /money of eu is at 2, and what was done so far leaves it at 4 or 3/],
  ['a neighbour has come to use a database that is taken back', seen('storefront', 'eu', running(release('storefront', '7.2.0', { calls: [{ contract: 'checkout-api', range: '*', scope: 'region' }], schema: { database: 'money', scope: 'region', reads: [4, 4], writes: 4 } }))), begun, null, /storefront in eu 7\.2\.0 would find money of eu at 3/],
  ['it would begin in a freeze', { ...shop, windows: window('freeze', false, at('checkout', 'eu')) }, begun, 'deploy:checkout:eu', /checkout in eu is in the freeze year end/],
  ['it would begin in maintenance', { ...shop, windows: window('maintenance', true, at('checkout', 'eu')) }, begun, 'deploy:checkout:eu', /checkout in eu is in the maintenance year end/],
  ['it would begin and has no instance to spare any more', seen('checkout', 'eu', { minUp: 2 }), begun, 'deploy:checkout:eu', /cannot spare an instance any more/],
  ['another member of its quorum has gone out', seen('checkout', 'us', { out: true }), begun, 'deploy:checkout:eu', /2 of the checkout quorum would be out at once, and 1 may be/],
  ['what was moved first does not come up', seen('checkout', 'eu', { out: true }, after(shop, shopPlan, new Set([...begun, 'deploy:checkout:eu', 'verify:checkout:eu']))), new Set([...begun, 'deploy:checkout:eu', 'verify:checkout:eu']), 'deploy:checkout:us', /2 of the checkout quorum/],
  ['the environment is another one', { ...shop, environment: 'staging' }, begun, null, /this is staging/],
]

describe('a run is not carried on with when', () => {
  test.each(surprises)('%s', (_name, world, done, next, words) => expect(whyNotAnyMore(shopPlan, world, done, next)).toMatch(words))
})

describe('a run is carried on with when', () => {
  const fine: [string, Situation, ReadonlySet<string>, string | null][] = [
    ['a neighbour was moved to what can be beside all that is to come', seen('storefront', 'us', storefront('>=1.0.0')), begun, null],
    ['a neighbour can no longer call what has gone', seen('storefront', 'us', storefront('<1.5.0'), moved), checkoutMoved, null],
    ['what has been switched is still seen as it was', shop, checkoutMoved, null],
    ['a freeze began after the move did', { ...after(shop, shopPlan, new Set([...begun, 'deploy:checkout:eu'])), windows: window('freeze', false, at('checkout', 'eu')) }, new Set([...begun, 'deploy:checkout:eu']), 'verify:checkout:eu'],
    ['a freeze is over another target than the one that would begin', { ...shop, windows: window('freeze', false, at('payments', 'us')) }, begun, 'deploy:checkout:eu'],
    ['a freeze lets rollbacks pass', { ...shop, windows: window('freeze', true, at('checkout', 'eu')) }, begun, 'deploy:checkout:eu'],
    ['another member has gone out and nothing more of the quorum begins', seen('checkout', 'us', { out: true }, after(shop, shopPlan, new Set([...begun, 'deploy:checkout:eu']))), new Set([...begun, 'deploy:checkout:eu']), 'verify:checkout:eu'],
    ['an instance of what has not begun is gone', seen('ledger', 'eu', { running: [] }), begun, null],
  ]
  test.each(fine)('%s', (_name, world, done, next) => expect(whyNotAnyMore(shopPlan, world, done, next)).toBeNull())
})
