import type { PlanDocument, ReleaseFacts, Situation } from '#lib/orchestration/model.ts'
import { release, situation, target, uuidOf } from '../situation.ts'
import { chance } from './chance.ts'
import { draftPlan } from './draft-plan.ts'
import type { Act } from './exists.ts'
import { physicsOf } from './physics.ts'

const offers = (contract: string, version: string): ReleaseFacts['offers'] => [{ contract, version }]
const calls = (contract: string, range: string, scope: 'region' | 'global' = 'region'): ReleaseFacts['calls'] => [{ contract, range, scope }]
const money = (reads: readonly [number, number], writes: number): ReleaseFacts['schema'] => ({ database: 'money', scope: 'region', reads, writes })
const sql = (run: string): { kind: string; params: Record<string, unknown> } => ({ kind: 'sql', params: { run } })

const storefront = release('storefront', '7.0.0', { calls: calls('checkout-api', '>=1.4.0') })
const checkout = {
  now: release('checkout', '1.5.0', { offers: offers('checkout-api', '1.5.0'), calls: calls('payments-api', '^2.0.0') }),
  back: release('checkout', '1.4.2', { offers: offers('checkout-api', '1.4.2'), calls: calls('payments-api', '>=1.0.0') }),
}
const payments = {
  now: release('payments', '2.0.0', { offers: offers('payments-api', '2.0.0'), calls: calls('ledger-api', '^2.0.0', 'global'), schema: money([4, 4], 4) }),
  back: release('payments', '1.9.0', { offers: offers('payments-api', '1.9.0'), calls: calls('ledger-api', '^1.0.0', 'global'), schema: money([2, 3], 2) }),
}
const ledger = {
  now: release('ledger', '2.0.0', { offers: offers('ledger-api', '2.0.0'), residue: { leaves: [{ what: 'sessions', version: '2.0.0', purge: sql('truncate sessions') }], reads: [] } }),
  back: release('ledger', '1.0.0', { offers: offers('ledger-api', '1.0.0'), residue: { leaves: [], reads: [{ what: 'sessions', range: '^1.0.0' }] } }),
}

/** A shop in two regions in which every rule of the planner is at work: checkout can move while it serves, payments and the ledger only together behind a drain. */
export const shop: Situation = situation(
  [
    target('storefront', 'eu', [storefront], null),
    target('storefront', 'us', [storefront], null),
    target('checkout', 'eu', [checkout.now], checkout.back, { reconciler: { name: 'argo', hold: { kind: 'hold-reconciler', params: { app: 'checkout', wait: true } }, undo: 'let argo sync again' } }),
    target('checkout', 'us', [checkout.now], checkout.back),
    target('payments', 'eu', [payments.now], payments.back),
    target('payments', 'us', [payments.now], payments.back),
    target('ledger', 'eu', [ledger.now], ledger.back),
  ],
  {
    databases: ['eu', 'us'].map((region) => ({ database: 'money', region, version: 4, reachedFrom: region, undo: [4, 3].map((from) => ({ from, to: from - 1, action: sql(`undo ${from}`), because: 'a column is lost' })) })),
    limits: [
      { name: 'the checkout quorum', kind: 'quorum', members: ['eu', 'us'].map((region) => ({ targetId: uuidOf(`checkout/${region}`), weight: 1 })), mayBeOut: 1 },
      { name: 'capacity in eu', kind: 'capacity', members: [{ targetId: uuidOf('checkout/eu'), weight: 4 }, { targetId: uuidOf('payments/eu'), weight: 2 }], mayBeOut: 3 },
    ],
  },
)

/** Targets of the shop, by place in it. */
const [checkoutEu, checkoutUs, paymentsEu, paymentsUs, ledgerEu] = [2, 3, 4, 5, 6] as const
const drained = [paymentsEu, paymentsUs, ledgerEu]
const way: Act[] = [
  ...[checkoutEu, checkoutUs].flatMap((mover): Act[] => [{ act: 'serve', mover }, { act: 'served', mover }]),
  ...drained.map((mover): Act => ({ act: 'drain', mover })),
  ...drained.map((mover): Act => ({ act: 'stop', mover })),
  ...[0, 1].flatMap((database) => [4, 3].map((from): Act => ({ act: 'migrate', database, from, to: from - 1, action: sql(`undo ${from}`) }))),
  ...drained.map((mover): Act => ({ act: 'start', mover })),
  ...drained.map((mover): Act => ({ act: 'open', mover })),
]

const regions = ['eu', 'us'] as const
/** What waits for what between different targets, and no more than it has to. */
const waits: readonly (readonly [string, string])[] = [
  ['verify:checkout:eu', 'deploy:checkout:us'],
  ['verify:checkout:eu', 'drain:payments:eu'],
  ['verify:checkout:us', 'open:payments:us'],
  ...regions.flatMap((region) => [
    [`stop:payments:${region}`, `migrate:money/${region}:3`] as const,
    ...regions.map((other) => [`stop:payments:${other}`, `migrate:money/${region}:3`] as const),
    ['stop:ledger:eu', `migrate:money/${region}:3`] as const,
    [`migrate:money/${region}:3`, `migrate:money/${region}:2`] as const,
    [`migrate:money/${region}:2`, `deploy:payments:${region}`] as const,
  ]),
]

/** A plan for the shop in which every single wait is needed. */
export const shopPlan: PlanDocument = ((): PlanDocument => {
  const draft = draftPlan(shop, physicsOf(shop), way, { together: true, keep: 0 }, chance(1))
  const steps = draft.steps.map((step) => ({ ...step, after: [...new Set([...step.after, ...waits.flatMap(([from, to]) => (to === step.key ? [from] : []))])] }))
  return { ...draft, migrations: draft.migrations.map((migration) => ({ ...migration, group: 'all' })), steps, edges: steps.flatMap((step) => step.after.map((from) => ({ from, to: step.key, because: 'it has to' }))) }
})()
