export type ServiceName = 'storefront' | 'checkout' | 'payments'

/** What a release says of itself, in the words the command center registers. */
export interface Declares {
  offers: { contract: string; version: string }[]
  calls: { contract: string; range: string; scope: 'region' | 'global' }[]
  schema: { database: string; reads: [number, number]; writes: number } | null
  oneWay: string | null
  besideItself: boolean
}

export interface VersionFacts {
  settings: Record<string, string | number | boolean>
  migrations: string[]
  declares: Declares
}

export const serviceNames: readonly ServiceName[] = ['storefront', 'checkout', 'payments']

const storefront = (etags: boolean): VersionFacts => ({
  settings: { etags, checkoutTimeoutMs: 3_000 },
  migrations: [],
  declares: { offers: [], calls: [{ contract: 'checkout-api', range: '^1.4.0', scope: 'region' }], schema: null, oneWay: null, besideItself: true },
})

const checkout = (api: string, schema: 1 | 2, settings: { paymentsTimeoutMs: number; requestKeys: boolean; giftNotes: boolean }): VersionFacts => ({
  settings,
  migrations: ['001-order.sql', '002-gift-note.sql'].slice(0, schema),
  declares: {
    offers: [{ contract: 'checkout-api', version: api }],
    calls: [{ contract: 'payments-api', range: '^1.0.0', scope: 'region' }],
    schema: { database: 'harbor_checkout', reads: [1, 2], writes: schema },
    oneWay: null,
    besideItself: true,
  },
})

const payments = (api: string, schema: 1 | 2, requestKeys: boolean): VersionFacts => ({
  settings: { requestKeys },
  migrations: ['001-charge.sql', '002-request-key.sql'].slice(0, schema),
  declares: { offers: [{ contract: 'payments-api', version: api }], calls: [], schema: { database: 'harbor_payments', reads: [1, 2], writes: schema }, oneWay: null, besideItself: true },
})

/** Every release Harbor can build. 1.4.3 is better than 1.4.2; checkout 1.5.0 takes the database one additive step further. */
export const versions: Readonly<Record<ServiceName, Readonly<Record<string, VersionFacts>>>> = {
  storefront: { '1.4.2': storefront(false), '1.4.3': storefront(true) },
  checkout: {
    '1.4.2': checkout('1.4.0', 1, { paymentsTimeoutMs: 2_000, requestKeys: false, giftNotes: false }),
    '1.4.3': checkout('1.4.1', 1, { paymentsTimeoutMs: 1_500, requestKeys: false, giftNotes: false }),
    // Sends request keys: payments 1.4.3 charges once for each, 1.4.2 ignores them.
    '1.5.0': checkout('1.5.0', 2, { paymentsTimeoutMs: 1_500, requestKeys: true, giftNotes: true }),
  },
  payments: { '1.4.2': payments('1.0.0', 1, false), '1.4.3': payments('1.1.0', 2, true) },
}

/** What there is to know of a version; every patch of checkout 1.5 is the same but for its number and what is wrong with it. */
export const factsOf = (service: ServiceName, version: string): VersionFacts | undefined => versions[service][version] ?? (service === 'checkout' && isNext(version) ? versions.checkout['1.5.0'] : undefined)

/** Whether a version of checkout may carry a fault: 1.5.0 and its patches. */
export const isNext = (version: string): boolean => /^1\.5\.\d+$/.test(version)
