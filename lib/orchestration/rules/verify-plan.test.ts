import { describe, expect, test } from 'vitest'
import { chance } from '#tests/support/worlds/chance.ts'
import { draftPlan } from '#tests/support/worlds/draft-plan.ts'
import { physicsOf } from '#tests/support/worlds/physics.ts'
import { shop, shopPlan } from '#tests/support/worlds/shop.ts'
import { walkPlan } from '#tests/support/worlds/walk-plan.ts'
import { release, target } from '#tests/support/situation.ts'
import type { PlanDocument, ReleaseFacts, Situation, StepDocument, TargetFacts } from '../model.ts'
import { verifyPlan } from './verify-plan.ts'

const plan = shopPlan
const other = `sha256:${'0'.repeat(64)}`

const withSteps = (steps: StepDocument[], base: PlanDocument = plan): PlanDocument => ({ ...base, steps, edges: steps.flatMap((step) => step.after.map((from) => ({ from, to: step.key, because: 'it has to' }))) })
const change = (key: string, edit: (step: StepDocument) => Partial<StepDocument>, base: PlanDocument = plan): PlanDocument => withSteps(base.steps.map((step) => (step.key === key ? { ...step, ...edit(step) } : step)), base)
const params = (key: string, edit: Record<string, unknown>): PlanDocument => change(key, (step) => ({ params: { ...step.params, ...edit } }))
/** The plan without the waits of some steps for another. */
const early = (keys: string, from: string): PlanDocument => keys.split(' ').reduce((base, key) => change(key, (step) => ({ after: step.after.filter((one) => one !== from) }), base), plan)
/** The plan without a step, whose place in the order is kept. */
const lacking = (key: string): PlanDocument => {
  const gone = plan.steps.find((step) => step.key === key)
  return withSteps(plan.steps.filter((step) => step !== gone).map((step) => (step.after.includes(key) ? { ...step, after: [...new Set([...step.after.filter((one) => one !== key), ...(gone?.after ?? [])])] } : step)))
}
const stepOf = (key: string): StepDocument => plan.steps.find((step) => step.key === key) as StepDocument
const moved = (service: string, region: string, edit: Partial<PlanDocument['moves'][number]>): PlanDocument => ({ ...plan, moves: plan.moves.map((move) => (move.service === service && move.region === region ? { ...move, ...edit } : move)) })
const seen = (service: string, region: string, edit: Partial<TargetFacts>): Situation => ({ ...shop, targets: shop.targets.map((one) => (one.service === service && one.region === region ? { ...one, ...edit } : one)) })
const at = (service: string, region: string): TargetFacts => shop.targets.find((one) => one.service === service && one.region === region) as TargetFacts
const running = (one: ReleaseFacts): TargetFacts['running'] => [{ digest: one.digest, instances: 2, release: one }]
const window = (kind: 'freeze' | 'maintenance', rollback: boolean): Situation => ({ ...shop, windows: [{ name: 'year end', kind, until: '2027-01-03T00:00:00Z', targetIds: [at('checkout', 'us').targetId], rollback }] })

test('a plan that waits for all that it has to holds, and says what was proven', () => {
  expect(verifyPlan(plan, shop)).toEqual({ holds: true, because: '5 moves among 7 targets: every mix of versions on the way is allowed' })
  expect(walkPlan(plan, physicsOf(shop))).toBeNull()
})

/** Each is a way in which a planner could be wrong, and words that the refusal has to have. */
const planted: [string, PlanDocument, RegExp, Situation?][] = [
  // What is beside what
  ['the provider opens before a caller that cannot use it is gone', early('open:payments:us', 'verify:checkout:us'), /checkout in us 1\.5\.0 calls payments-api \^2\.0\.0 of payments in us 1\.9\.0/],
  ['it waits for the switch and not for what really serves', change('open:payments:us', (step) => ({ after: step.after.map((key) => (key === 'verify:checkout:us' ? 'deploy:checkout:us' : key)) })), /checkout in us 1\.5\.0 calls payments-api/],
  ['a call across regions meets the wrong release', afterAll('payments:us', 'us'), /payments in us 2\.0\.0 calls ledger-api \^2\.0\.0 of ledger in eu 1\.0\.0/],
  ['a stayer cannot call what comes', plan, /storefront in us 7\.1\.0 calls checkout-api >=1\.5\.0 of checkout in us 1\.4\.2/, { ...shop, targets: shop.targets.map((one) => (one.service === 'storefront' && one.region === 'us' ? target('storefront', 'us', [release('storefront', '7.1.0', { calls: [{ contract: 'checkout-api', range: '>=1.5.0', scope: 'region' }] })], null) : one)) }],
  ['what is broken already is not said', plan, /already at the start, and the plan does not say/, seen('checkout', 'us', { running: running(release('checkout', '1.5.0', { offers: [{ contract: 'checkout-api', version: '1.0.0' }] })) })],
  ['a release that bears no other beside it is moved while it serves', plan, /checkout in eu would run 1\.5\.0 and 1\.4\.2 at once/, seen('checkout', 'eu', { running: running({ ...(at('checkout', 'eu').running?.[0]?.release as ReleaseFacts), besideItself: false }) })],
  ['there is no instance to spare', plan, /checkout in us cannot spare an instance/, seen('checkout', 'us', { minUp: 2 })],
  // Groups
  ['one stops before another is closed', early('stop:payments:us', 'drain:ledger:eu'), /stop:payments:us does not wait for drain:ledger:eu/],
  ['one is started before another is stopped', early('deploy:ledger:eu purge:ledger:eu:0', 'stop:payments:us'), /(deploy|purge):ledger:eu\S* does not wait for stop:payments:us/],
  ['one opens before another is verified', early('open:ledger:eu', 'verify:payments:eu'), /open:ledger:eu does not wait for verify:payments:eu/],
  ['a group is named that is not there', { ...plan, groups: [] }, /which is not a group/],
  ['bytes are fetched while nothing serves', change('deploy:payments:eu', (step) => ({ after: [...step.after, 'stage:payments:eu'] }), early('drain:payments:eu', 'stage:payments:eu')), /closed before the bytes/],
  ['it is never opened again', lacking('open:payments:us'), /no step to open/],
  ['it is never closed', lacking('drain:payments:us'), /no step to drain/],
  ['it is stopped though it moves while it serves', withSteps([...plan.steps, { ...stepOf('stop:payments:eu'), key: 'stop:checkout:eu', service: 'checkout', target: at('checkout', 'eu').targetId, after: [] }]), /moves while it serves/],
  ['it is started open', params('deploy:payments:eu', { closed: false }), /does not keep payments in eu closed/],
  ['it is taken to be closed and is not', params('verify:checkout:eu', { closed: true }), /nothing has closed it/],
  // Databases
  ['a version is taken back while what writes it runs', early('migrate:money/us:3', 'stop:payments:us'), /migrate:money\/us:3 does not wait for stop:payments:us/],
  ['a version is taken back before what writes it is stopped', { ...change('migrate:money/us:3', () => ({ after: ['drain:payments:us'] })), migrations: plan.migrations.map((one) => ({ ...one, group: null })) }, /payments in us 2\.0\.0 would find money of us at 3/],
  ['a version is taken back after what cannot read it has started', early('deploy:payments:us', 'migrate:money/us:2'), /money of us/],
  ['a chain of versions is out of order', change('migrate:money/eu:2', () => ({ after: plan.steps.filter((step) => step.role === 'stop').map((step) => step.key) })), /does not wait for migrate:money\/eu:3/],
  ['a version of the chain is left out', { ...lacking('migrate:money/eu:3'), migrations: plan.migrations.filter((one) => one.step !== 'migrate:money/eu:3') }, /takes money of eu from 3 to 2, and it is at 4 then/],
  ['a version is taken back by something else than was declared', params('migrate:money/eu:3', { run: 'drop table payments' }), /does not do what takes money of eu from 4 back to 3/],
  ['a version is taken back that cannot be', plan, /nothing takes money of eu from 4 back to 3: a column is lost/, { ...shop, databases: shop.databases.map((one) => ({ ...one, undo: one.undo.map((undo) => ({ ...undo, action: null })) })) }],
  ['a version is taken back from where nobody reaches the database', change('migrate:money/eu:3', () => ({ region: 'us' })), /is reached from eu/],
  ['a migration is planned and no step does it', { ...plan, migrations: plan.migrations.slice(1) }, /does not say what|it is at 4 then/],
  ['a database is not taken back at all', { ...plan, steps: plan.steps.filter((step) => step.role !== 'migrate').map((step) => ({ ...step, after: step.after.filter((key) => !key.startsWith('migrate')) })), edges: plan.edges.filter((edge) => !`${edge.from} ${edge.to}`.includes('migrate')), migrations: [] }, /payments in eu 1\.9\.0 would find money of eu at 4/],
  // Residue
  ['what was left is not purged', lacking('purge:ledger:eu:0'), /nothing purges it/],
  ['what was left is purged after the start', change('deploy:ledger:eu', (step) => ({ after: step.after.filter((key) => key !== 'purge:ledger:eu:0') })), /nothing purges it between/],
  ['something else is purged than what was left', params('purge:ledger:eu:0', { run: 'truncate ledger' }), /nothing purges it|says it leaves/],
  ['what was left cannot be purged', plan, /nothing can purge/, seen('ledger', 'eu', { running: running({ ...(at('ledger', 'eu').running?.[0]?.release as ReleaseFacts), residue: { leaves: [{ what: 'sessions', version: '2.0.0', purge: null }], reads: [] } }) })],
  // How much may be out
  ['a quorum is lost', early('deploy:checkout:us', 'verify:checkout:eu'), /2 of the checkout quorum would be out at once, and 1 may be/],
  ['capacity is exceeded', early('drain:payments:eu', 'verify:checkout:eu'), /4 of capacity in eu would be out at once, and 3 may be/],
  ['one is out already', plan, /2 of the checkout quorum would be out at once \(1 of it already\)/, seen('checkout', 'us', { out: true })],
  ['it moves what is in maintenance', plan, /checkout in us is in the maintenance year end until/, window('maintenance', true)],
  ['it moves what is in a freeze', plan, /checkout in us is in the freeze year end until/, window('freeze', false)],
  ['it deploys in a freeze that lets rollbacks pass', { ...plan, purpose: 'deployment' }, /checkout in us is in the freeze/, { ...window('freeze', true), purpose: 'deployment' }],
  // Locks and holds
  ['a target is moved without its lock', { ...plan, locks: { ...plan.locks, exclusive: plan.locks.exclusive.filter((lock) => lock !== 'target:production/payments/us') } }, /payments in us is moved without its lock/],
  ['a database is migrated without its lock', { ...plan, locks: { ...plan.locks, exclusive: plan.locks.exclusive.filter((lock) => lock !== 'schema:production/money/us') } }, /money of us is migrated without its lock/],
  ['a neighbour could be moved meanwhile', { ...plan, locks: { ...plan.locks, shared: [] } }, /storefront in eu has a contract with checkout in eu/],
  ['what would undo it is not held', lacking('hold:checkout:eu'), /argo would undo the move of checkout in eu/],
  ['it is held too late', early('deploy:checkout:eu', 'hold:checkout:eu'), /nothing holds it before/],
  ['something else is held', params('hold:checkout:eu', { app: 'storefront' }), /does not hold argo/],
]

/** The plan with a target that moves by itself, after the others have opened. */
function afterAll(alone: string, region: string): PlanDocument {
  const own = (key: string): boolean => key.endsWith(alone) || key.startsWith(`migrate:money/${region}`)
  const steps = plan.steps.map((step) => ({ ...step, after: [...step.after.filter((key) => own(step.key) === own(key) || key.startsWith('verify:checkout')), ...(step.key === `drain:${alone}` ? ['open:payments:eu', 'open:ledger:eu'] : [])] }))
  const groupOf = (isAlone: boolean): string => (isAlone ? 'alone' : 'all')
  return {
    ...withSteps(steps),
    groups: [...plan.groups, { key: 'alone', because: 'it is alone' }],
    moves: plan.moves.map((move) => (move.group === null ? move : { ...move, group: groupOf(`${move.service}:${move.region}` === alone) })),
    migrations: plan.migrations.map((migration) => ({ ...migration, group: groupOf(migration.region === region) })),
  }
}

/** What a document can be by itself, whatever it is about. */
const malformed: [string, PlanDocument, RegExp, Situation?][] = [
  ['an edge has no reason', { ...plan, edges: plan.edges.slice(1) }, /without a reason/],
  ['an edge has an empty reason', { ...plan, edges: plan.edges.map((edge, index) => (index === 0 ? { ...edge, because: ' ' } : edge)) }, /without a reason/],
  ['a reason is given for what does not wait', { ...plan, edges: [...plan.edges, { from: 'stage:ledger:eu', to: 'open:checkout:eu', because: 'it should' }] }, /and it does not wait/],
  ['bytes are switched before they are there', early('deploy:checkout:us', 'stage:checkout:us'), /switched before its bytes are there/],
  ['it is verified before it is switched', early('verify:checkout:us', 'deploy:checkout:us'), /verified before it is switched/],
  ['it brings other bytes than it says', params('deploy:checkout:us', { to: { version: '1.4.2', digest: other, url: 'http://x' } }), /switches to other bytes/],
  ['it brings the right bytes from elsewhere', params('stage:checkout:us', { release: { ...(stepOf('stage:checkout:us').params['release'] as object), url: 'http://evil.test/x.tgz' } }), /brings other bytes/],
  ['it verifies other bytes than it brings', params('verify:checkout:us', { digest: other }), /looks for other bytes/],
  ['it starts from something else than what runs', params('deploy:checkout:us', { from: [other] }), /starts from something else/],
  ['it counts other instances than there are', params('deploy:checkout:us', { instances: 20 }), /20 instances, and checkout in us has 2/],
  ['its parameters are about another service', params('deploy:checkout:us', { service: 'payments' }), /would deploy payments instead of checkout in us/],
  ['a step is missing', lacking('verify:payments:eu'), /no step to verify/],
  ['a target is switched twice', withSteps([...plan.steps, { ...stepOf('deploy:checkout:us'), key: 'deploy:checkout:us:again' }]), /2 steps to deploy/],
  ['two steps have one key', { ...plan, steps: [...plan.steps, stepOf('stage:checkout:us')] }, /two steps have the same key: stage:checkout:us/],
  ['steps wait in a circle', change('stage:checkout:us', () => ({ after: ['verify:checkout:us'] })), /in a circle/],
  ['a step waits for one that is not there', change('deploy:checkout:us', (step) => ({ after: [...step.after, 'deploy:nothing'] })), /deploy:nothing, which is not a step/],
  ['a step is in another region than what it touches', change('deploy:checkout:us', () => ({ region: 'eu' })), /is about checkout in us and says checkout in eu/],
  ['a step is for another environment', change('deploy:checkout:us', () => ({ environment: 'staging' })), /is for staging/],
  ['a step is for agents of drills', change('deploy:checkout:us', () => ({ agentKind: 'drill' })), /\(drill\)/],
  ['a step would be done as something else', change('drain:payments:eu', () => ({ kind: 'stop' })), /is there to drain and would be done as stop/],
  ['the command center would do it itself', change('hold:checkout:eu', () => ({ kind: 'manual' })), /cannot do that itself/],
  ['a barrier is somewhere', withSteps([...plan.steps, { ...stepOf('stage:ledger:eu'), key: 'barrier:1', role: 'barrier', kind: 'barrier' }]), /names a place/],
  ['a playbook moves something of its own', withSteps([...plan.steps, { ...stepOf('deploy:checkout:us'), key: 'extra', role: 'playbook', after: [] }]), /of the playbook would deploy/],
  ['it touches what it does not move', withSteps([...plan.steps, { ...stepOf('stage:checkout:us'), key: 'stage:storefront:us', service: 'storefront', target: at('storefront', 'us').targetId }]), /storefront in us, which the plan does not move/],
  ['a target of the move is left out', { ...plan, moves: plan.moves.slice(1) }, /which the plan does not move|leaves it as it is/],
  ['it goes to another release than it should', moved('ledger', 'eu', { to: { ...(plan.moves[4] as PlanDocument['moves'][number]).to, digest: other } }), /ledger in eu should run 1\.0\.0/],
  ['it moves what nobody asked for', plan, /nobody asked for that/, seen('checkout', 'us', { goTo: null })],
  ['it moves what is there already', plan, /runs 1\.4\.2 already/, seen('checkout', 'us', { running: running(at('checkout', 'us').goTo as ReleaseFacts) })],
  ['the fleet has moved on', plan, /no longer runs what the plan starts from/, seen('checkout', 'us', { running: running(release('checkout', '1.6.0')) })],
  ['what runs is no longer known', plan, /what runs as checkout in us is not known/, seen('checkout', 'us', { running: null })],
  ['a target is gone', plan, /not there|not among the targets/, { ...shop, targets: shop.targets.slice(0, -1) }],
  ['something that should go back has nothing to go back to', plan, /search in eu should go back/, { ...shop, missing: ['search in eu'] }],
  ['the world is another one', plan, /this is staging/, { ...shop, environment: 'staging' }],
  ['the purpose is another one', plan, /a deployment was asked for/, { ...shop, purpose: 'deployment' }],
]

describe('a planner with this bug is caught', () => {
  test.each([...planted, ...malformed])('%s', (_name, wrong, words, world = shop) => {
    const proof = verifyPlan(wrong, world)
    expect(proof.because).toMatch(words)
    expect(proof.holds).toBe(false)
  })
})

test('a freeze that lets rollbacks pass lets this one pass', () => expect(verifyPlan(plan, window('freeze', true)).holds).toBe(true))

test('what is out already may be moved, though it alone is more than may be out', () => {
  const bothOut = { ...shop, targets: shop.targets.map((one) => (one.service === 'checkout' ? { ...one, out: true } : one)) }
  expect(verifyPlan(plan, { ...bothOut, limits: shop.limits.slice(0, 1) }).holds).toBe(true)
})

test('what is broken at the start is excused in its direction and not in the other', () => {
  const api = (name: string, version: string, calls: string, range: string): Partial<ReleaseFacts> => ({ offers: [{ contract: `${name}-api`, version }], calls: [{ contract: `${calls}-api`, range, scope: 'region' }] })
  const mover = target('orders', 'eu', [release('orders', '1.1.0', api('orders', '1.1.0', 'stock', '^9.0.0'))], release('orders', '1.0.0', api('orders', '1.0.0', 'stock', '^9.0.0')))
  const world = (range: string): Situation => ({ ...shop, databases: [], limits: [], targets: [mover, target('stock', 'eu', [release('stock', '1.0.0', api('stock', '1.0.0', 'orders', range))], null)] })
  const proof = (range: string): { holds: boolean; because: string } => verifyPlan(draftPlan(world(range), physicsOf(world(range)), [{ act: 'serve', mover: 0 }, { act: 'served', mover: 0 }], { together: false, keep: 1 }, chance(1)), world(range))
  expect(proof('^1.0.0').holds).toBe(true)
  expect(proof('>=1.1.0')).toEqual({ holds: false, because: 'on the way stock in eu 1.0.0 calls orders-api >=1.1.0 of orders in eu 1.0.0, which offers 1.0.0' })
})
