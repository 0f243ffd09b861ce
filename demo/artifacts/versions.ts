import type { Fault } from '../shared/release.ts'

export type ServiceName = 'storefront' | 'checkout' | 'payments'

/** Something an agent can do: a step kind and its parameters. */
interface Action {
  kind: string
  params: Record<string, unknown>
}

/** What a release says of itself, in the words the command center registers. */
export interface Declares {
  offers: { contract: string; version: string }[]
  calls: { contract: string; range: string; scope: 'region' | 'global' }[]
  schema: { database: string; reads: [number, number]; writes: number; migrations: { to: number; undo: Action | null; because: string }[] } | null
  oneWay: string | null
  besideItself: boolean
}

export interface VersionFacts {
  settings: Record<string, string | number | boolean>
  migrations: string[]
  declares: Declares
}

export const serviceNames: readonly ServiceName[] = ['storefront', 'checkout', 'payments']

/** The way back over an additive step: the column goes, and with it what was written there. */
const dropColumn = (connection: string, table: string, column: string, number: number): Action => ({
  kind: 'sql',
  params: {
    connection,
    statements: [`alter table ${table} drop column ${column}`, `delete from schema_migration where number = ${number}`],
    check: `select not exists (select from information_schema.columns where table_name = '${table}' and column_name = '${column}')`,
  },
})

const storefront = (etags: boolean): VersionFacts => ({
  settings: { etags, checkoutTimeoutMs: 3_000 },
  migrations: [],
  declares: { offers: [], calls: [{ contract: 'checkout-api', range: '^1.4.0', scope: 'region' }], schema: null, oneWay: null, besideItself: true },
})

const checkout = (api: string, schema: 1 | 2, settings: { paymentsTimeoutMs: number; requestKeys: boolean; giftNotes: boolean; chargesPath?: string }, paymentsRange = '^1.0.0'): VersionFacts => ({
  settings,
  migrations: ['001-order.sql', '002-gift-note.sql'].slice(0, schema),
  declares: {
    offers: [{ contract: 'checkout-api', version: api }],
    calls: [{ contract: 'payments-api', range: paymentsRange, scope: 'region' }],
    schema: {
      database: 'harbor_checkout', reads: [1, 2], writes: schema,
      migrations: schema < 2 ? [] : [{ to: 2, undo: dropColumn('harbor_checkout', 'customer_order', 'gift_note', 2), because: 'gift notes written since are dropped with their column' }],
    },
    oneWay: null,
    besideItself: true,
  },
})

const payments = (api: string, schema: 1 | 2, settings: { requestKeys: boolean; chargesPath?: string }): VersionFacts => ({
  settings,
  migrations: ['001-charge.sql', '002-request-key.sql'].slice(0, schema),
  declares: {
    offers: [{ contract: 'payments-api', version: api }], calls: [],
    schema: {
      database: 'harbor_payments', reads: [1, 2], writes: schema,
      migrations: schema < 2 ? [] : [{ to: 2, undo: dropColumn('harbor_payments', 'charge', 'request_key', 2), because: 'request keys written since are dropped with their column' }],
    },
    oneWay: null, besideItself: true,
  },
})

/** Keeps a hash in the place of each order's id. What is gone is gone, and neither release can work on the other's table. */
const forgetful: VersionFacts = {
  settings: { requestKeys: true, orderHashes: true },
  migrations: ['001-charge.sql', '002-request-key.sql', '003-order-hash.sql'],
  declares: {
    offers: [{ contract: 'payments-api', version: '1.2.0' }], calls: [],
    schema: {
      database: 'harbor_payments', reads: [3, 3], writes: 3,
      migrations: [
        { to: 2, undo: dropColumn('harbor_payments', 'charge', 'request_key', 2), because: 'request keys written since are dropped with their column' },
        { to: 3, undo: null, because: 'a hash took the place of each order id, and an id cannot be had back from its hash' },
      ],
    },
    oneWay: 'a hash takes the place of each order id', besideItself: false,
  },
}

/**
 * Every release Harbor can build. 1.4.3 is better than 1.4.2; checkout 1.5.0 takes the database one additive step further;
 * checkout 2.0.0 and payments 1.9.0 speak another API with each other and with nobody else; payments 2.0.0 goes through a
 * one-way door, and 2.0.1 is 2.0.0 without its fault.
 */
export const versions: Readonly<Record<ServiceName, Readonly<Record<string, VersionFacts>>>> = {
  storefront: { '1.4.2': storefront(false), '1.4.3': storefront(true) },
  checkout: {
    '1.4.2': checkout('1.4.0', 1, { paymentsTimeoutMs: 2_000, requestKeys: false, giftNotes: false }),
    '1.4.3': checkout('1.4.1', 1, { paymentsTimeoutMs: 1_500, requestKeys: false, giftNotes: false }),
    // Sends request keys: payments 1.4.3 charges once for each, 1.4.2 ignores them.
    '1.5.0': checkout('1.5.0', 2, { paymentsTimeoutMs: 1_500, requestKeys: true, giftNotes: true }),
    '2.0.0': checkout('1.6.0', 1, { paymentsTimeoutMs: 1_500, requestKeys: true, giftNotes: false, chargesPath: '/v2/charges' }, '^2.0.0'),
  },
  payments: {
    '1.4.2': payments('1.0.0', 1, { requestKeys: false }),
    '1.4.3': payments('1.1.0', 2, { requestKeys: true }),
    '1.9.0': payments('2.0.0', 2, { requestKeys: true, chargesPath: '/v2/charges' }),
    '2.0.0': forgetful,
    '2.0.1': forgetful,
  },
}

/** What there is to know of a version; every patch of checkout 1.5 is the same but for its number and what is wrong with it. */
export const factsOf = (service: ServiceName, version: string): VersionFacts | undefined => versions[service][version] ?? (service === 'checkout' && isNext(version) ? versions.checkout['1.5.0'] : undefined)

/** Whether a version of checkout may carry any fault: 1.5.0 and its patches. */
const isNext = (version: string): boolean => /^1\.5\.\d+$/.test(version)

/** What can be wrong with a release that Harbor builds. */
export function faultsOf(service: ServiceName, version: string): readonly Fault['kind'][] {
  if (service === 'checkout' && isNext(version)) return ['errors', 'latency', 'crash-loop', 'wrong-prices']
  if (service === 'checkout' && version === '2.0.0') return ['errors']
  return service === 'payments' && version === '2.0.0' ? ['errors'] : []
}
