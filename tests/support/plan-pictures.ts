import type { PlanDocument, StepDocument } from '#lib/orchestration/model.ts'
import { noRetry, planVersion } from '#lib/orchestration/model.ts'
import { release, uuidOf } from './situation.ts'

/* Plans as documents, for whoever shows them: everything that a plan may hold, and as many steps as one may have. */

type Edge = PlanDocument['edges'][number]

const base = (): PlanDocument => ({
  v: planVersion, purpose: 'rollback', environment: 'production', agentKind: 'real', playbook: null, moves: [], migrations: [], groups: [], steps: [], edges: [],
  locks: { exclusive: [], shared: [] }, excused: [], losses: [], reversible: { yes: true, because: 'every release that is left can be deployed again' }, leaves: [], notes: [],
})

const move = (service: string, region: string, from: string, to: string, says: Partial<PlanDocument['moves'][number]> = {}): PlanDocument['moves'][number] => {
  const { releaseId, version, digest, url } = release(service, to)
  return { target: uuidOf(`${service}/${region}`), service, region, from: [{ digest: release(service, from).digest, version: from }], to: { releaseId, version, digest, url }, why: 'asked', group: null, ...says }
}

const step = (role: StepDocument['role'], service: string, region: string | null, says: Partial<StepDocument> = {}): StepDocument => ({
  key: [role, service, region].filter(Boolean).join(':'), role, kind: role, service: region === null ? null : service, target: region === null ? null : uuidOf(`${service}/${region}`), environment: 'production', region,
  agentKind: 'real', params: region === null ? {} : { service, version: '1.4.2' }, repeatable: true, timeoutMs: 120_000, after: [], retry: noRetry, check: null, compensate: null, ...says,
})

/** Steps know what they wait for from the edges alone. */
const linked = (document: PlanDocument): PlanDocument => {
  const after = new Map<string, string[]>()
  for (const { from, to } of document.edges) after.set(to, [...(after.get(to) ?? []), from])
  return { ...document, steps: document.steps.map((one) => ({ ...one, after: after.get(one.key) ?? [] })) }
}

/** Two services that move together behind a drain in each region, a third that moves while it serves, a schema taken back, a person asked, a one-way door. */
export function richPlan({ withSearch = true }: { withSearch?: boolean } = {}): PlanDocument {
  const regions = ['us', 'eu']
  const steps: StepDocument[] = []
  const edges: Edge[] = []
  const link = (from: string, to: string, because: string): void => void edges.push({ from, to, because })
  const all = [...(withSearch ? ['search'] : []), 'orders', 'payments']
  for (const region of regions) for (const service of all) steps.push(step('stage', service, region, { retry: { times: 3, backoffMs: 1_000, maxBackoffMs: 30_000 } }))
  steps.push(step('barrier', 'staged', null))
  for (const { key } of steps) if (key.startsWith('stage')) link(key, 'barrier:staged', 'nothing is switched until every region holds all bytes')
  steps.push(step('playbook', 'tell-the-desk', null, { kind: 'approve', params: { question: 'Is the support desk told that orders are closed for a minute?', roles: ['spokesperson'] } }))
  link('barrier:staged', 'playbook:tell-the-desk', 'customers notice the drain, so the desk is told first')
  for (const [index, region] of regions.entries()) {
    const of = (role: StepDocument['role'], service: string): string => `${role}:${service}:${region}`
    steps.push(step('hold', 'orders', region, { kind: 'hold-reconciler', params: { reconciler: 'argocd', application: `orders-${region}` }, compensate: { kind: 'hold-reconciler', params: { reconciler: 'argocd', application: `orders-${region}`, release: true } } }))
    link('playbook:tell-the-desk', of('hold', 'orders'), 'nothing changes before the desk is told')
    for (const service of ['orders', 'payments']) {
      steps.push(step('drain', service, region, { kind: 'proxy', params: { service, weight: 0, waitForOpenRequests: true }, compensate: { kind: 'proxy', params: { service, weight: 100 } } }))
      link(of('hold', 'orders'), of('drain', service), 'the reconciler would undo the switch within a minute')
      steps.push(step('stop', service, region))
      link(of('drain', service), of('stop', service), 'what still serves is not stopped')
    }
    steps.push(step('migrate', 'orders', region, { kind: 'sql', repeatable: false, params: { database: `orders-${region}`, from: 7, to: 6, statements: 'alter table orders drop column discount_code;\nupdate schema_version set version = 6;' }, check: { kind: 'sql', params: { database: `orders-${region}`, expect: 'select version = 6 from schema_version' } } }))
    for (const service of ['orders', 'payments']) link(of('stop', service), of('migrate', 'orders'), 'orders 2.1.0 cannot read schema 6, so none of it may run')
    for (const service of ['orders', 'payments']) {
      steps.push(step('deploy', service, region, { params: { service, to: { version: '2.0.3', digest: release(service, '2.0.3').digest }, instances: 2 } }), step('verify', service, region), step('open', service, region, { kind: 'proxy', params: { service, weight: 100 } }))
      link(of('migrate', 'orders'), of('deploy', service), 'orders 2.0.3 reads schema 6 and not 7')
      link(of('deploy', service), of('verify', service), `what ${region} really serves is looked at after the switch`)
    }
    for (const service of ['orders', 'payments']) for (const other of ['orders', 'payments']) link(of('verify', other), of('open', service), 'traffic comes back when both are well')
    if (withSearch) {
      steps.push(step('deploy', 'search', region), step('verify', 'search', region))
      link('barrier:staged', of('deploy', 'search'), 'nothing is switched until every region holds all bytes')
      link(of('deploy', 'search'), of('verify', 'search'), `what ${region} really serves is looked at after the switch`)
    }
    const before = regions[index - 1]
    if (before) for (const service of ['orders', 'payments']) link(`open:${service}:${before}`, of('drain', service), `${region} waits: ${before} must serve ${service} 2.0.3 first (least traffic first, one region at a time)`)
    if (before && withSearch) link(`verify:search:${before}`, of('deploy', 'search'), `${region} waits: ${before} must serve search 3.1.0 first (least traffic first, one region at a time)`)
  }
  const moves = regions.flatMap((region) => [
    move('orders', region, '2.1.0', '2.0.3', { group: `orders-payments-${region}` }),
    move('payments', region, '5.4.0', '5.3.9', { why: 'along', group: `orders-payments-${region}` }),
    ...(withSearch ? [move('search', region, '3.2.0', '3.1.0')] : []),
  ])
  return linked({
    ...base(), moves, steps, edges,
    groups: regions.map((region) => ({ key: `orders-payments-${region}`, because: 'orders 2.0.3 calls payments ^5.3, and payments 5.4.0 calls orders ^2.1: neither runs beside the other’s new release' })),
    migrations: regions.map((region) => ({ database: `orders-${region}`, region, from: 7, to: 6, step: `migrate:orders:${region}`, group: `orders-payments-${region}` })),
    playbook: { name: 'orders-back', revision: 4, digest: release('playbook', '4').digest },
    losses: [{ what: 'discount codes of orders since 2.1.0: the column is dropped', severity: 'serious' }, { what: 'orders and payments are closed for about a minute in each region, one after the other', severity: 'some' }],
    reversible: { yes: false, because: 'the dropped column is not kept; orders 2.1.0 can be deployed again, its discount codes cannot be brought back' },
    leaves: [{ what: 'Argo CD is held for orders in us and eu', undo: 'let go of it once orders 2.1.1 is released' }, { what: 'orders 2.1.0 is quarantined', undo: 'lift the quarantine with a reason' }],
    notes: ['a freeze for the sale is in force until Monday; rollbacks pass'],
    excused: ['broken already: ledger in eu calls payments ^6.0, which nobody offers'],
  })
}

/** 125 services in two regions, in waves of ten: a thousand steps and some six thousand reasons. */
export function bigPlan(): PlanDocument {
  const services = Array.from({ length: 125 }, (_, index) => `service-${String(index + 1).padStart(3, '0')}`)
  const steps: StepDocument[] = []
  const edges: Edge[] = []
  for (const region of ['us', 'eu']) for (const service of services) steps.push(step('snapshot', service, region), step('stage', service, region))
  for (const region of ['us', 'eu']) {
    for (const [index, service] of services.entries()) {
      const deploy = step('deploy', service, region)
      steps.push(deploy, step('verify', service, region))
      edges.push({ from: deploy.key, to: `verify:${service}:${region}`, because: `what ${region} really serves is looked at after the switch` })
      for (const prepares of ['snapshot', 'stage']) edges.push({ from: `${prepares}:${service}:${region}`, to: deploy.key, because: `${region} must hold the bytes of ${service} 1.4.2` })
      const wave = Math.floor(index / 10)
      for (const before of services.slice(Math.max(0, wave - 1) * 10, wave * 10)) edges.push({ from: `verify:${before}:${region}`, to: deploy.key, because: `wave ${wave + 1} waits: at most ten of ${region} may be out at a time` })
      if (region === 'eu') edges.push({ from: `verify:${service}:us`, to: deploy.key, because: `eu waits: us must serve ${service} 1.4.2 first (least traffic first, one region at a time)` })
    }
  }
  return linked({ ...base(), steps, edges, moves: ['us', 'eu'].flatMap((region) => services.map((service) => move(service, region, '1.5.0', '1.4.2'))) })
}
