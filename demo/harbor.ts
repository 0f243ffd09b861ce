/* What Harbor declares about itself to its command center: plain documents, as a user would write them in YAML. */

export const regions = ['eu', 'us'] as const
export type RegionName = (typeof regions)[number]
export const services = ['storefront', 'checkout', 'payments'] as const
export type ServiceName = (typeof services)[number]

/** What is declared of Harbor; staging is one instance of each service beside eu, which may be away while it is replaced. */
export const catalogOf = (staging: boolean) => ({
  teams: [{ slug: 'shop', name: 'Shop' }, { slug: 'money', name: 'Money' }],
  environments: [{ name: 'production', kind: 'real' }, ...(staging ? [{ name: 'staging', kind: 'real' }] : [])],
  regions: [
    { name: 'eu', jurisdiction: 'EU', rtoSeconds: 300, trafficShare: 0.6 },
    { name: 'us', jurisdiction: 'US', rtoSeconds: 300, trafficShare: 0.4 },
  ],
  services: [
    { name: 'storefront', team: 'shop', tier: 2, dataClass: 'public', jurisdictions: ['EU', 'US'] },
    { name: 'checkout', team: 'shop', tier: 1, dataClass: 'customer', jurisdictions: ['EU', 'US'] },
    { name: 'payments', team: 'money', tier: 1, dataClass: 'regulated', jurisdictions: ['EU', 'US'] },
  ],
  targets: services.flatMap((service) => [...regions.map((region) => ({ service, environment: 'production', region, instances: 2, minUp: 1 })), ...(staging ? [{ service, environment: 'staging', region: 'eu', instances: 1, minUp: 0 }] : [])]),
})

export const policyOf = (staging: boolean) => ({
  reason: 'how Harbor decides',
  document: {
    v: 1,
    rollback: [{ name: 'two people for production', environments: ['production'], approvals: 2, roles: ['approver', 'commander'], expiresMinutes: 60 }],
    standing: [
      { name: 'pipelines deploy', purpose: 'deployment', environments: ['production', ...(staging ? ['staging'] : [])] },
      ...(staging
        ? [{
            name: 'staging takes back by itself', purpose: 'rollback', environments: ['staging'], rules: ['errors-in-staging'], services: ['*'], maxTargets: 3, maxRegions: 1,
            coolDownMinutes: 5, maxPerHour: 12, expiresAt: `${new Date().getUTCFullYear() + 1}-12-31T00:00:00Z`, note: 'tried where nobody is woken, before anybody thinks of production',
          }]
        : []),
    ],
  },
})

export const criteria = {
  reason: 'what hurts customers',
  document: {
    v: 1,
    environments: ['production'],
    services: ['*'],
    rules: [
      { name: 'errors-fast', signal: 'error-ratio', direction: 'above', limit: 0.02, windowSeconds: 20, forSeconds: 3, minRequests: 40, clearSeconds: 15, severity: 'SEV1', action: 'propose' },
      { name: 'slow', signal: 'latency-p95', direction: 'above', limit: 0.75, windowSeconds: 20, forSeconds: 8, minRequests: 40, clearSeconds: 15, severity: 'SEV2', action: 'propose' },
      { name: 'nothing-healthy', signal: 'no-healthy-instance', forSeconds: 5, severity: 'SEV1', clearSeconds: 15, action: 'propose' },
    ],
  },
}

/** In staging nobody is woken: what is bad is taken back at once, where the policy covers it. */
export const stagingCriteria = {
  reason: 'what must not reach production',
  document: {
    v: 1,
    environments: ['staging'],
    services: ['*'],
    rules: [{ name: 'errors-in-staging', signal: 'error-ratio', direction: 'above', limit: 0.02, windowSeconds: 20, forSeconds: 3, minRequests: 15, clearSeconds: 15, severity: 'SEV4', action: 'rollback' }],
  },
}

export const components = { components: [{ name: 'Shop', services: ['storefront'] }, { name: 'Checkout', services: ['checkout'] }, { name: 'Payments', services: ['payments'] }] }

export interface Account {
  name: string
  email: string
  role: string
  /** What this person is there for, as the demo's first screen says it. */
  does: string
  grants: { role: string }[]
}

const account = (name: string, role: string, does: string, ...roles: string[]): Account => ({ name, email: `${name.split(' ')[0]?.toLowerCase()}@harbor.example`, role, does, grants: roles.map((one) => ({ role: one })) })

/** One account a role, and as many voters as a decision needs. */
export const accounts: readonly Account[] = [
  account('Casey Moreau', 'commander', 'takes the seat, starts the run', 'commander'),
  account('Omar Haddad', 'responder', 'is on call, asks for the rollback', 'responder'),
  account('Priya Nair', 'approver', 'votes', 'approver'),
  account('Tomas Lindqvist', 'approver', 'votes', 'approver'),
  account('Sam Okafor', 'support', 'answers customers', 'support'),
  account('Lena Fischer', 'spokesperson', 'speaks to the public', 'spokesperson'),
  account('Vera Rossi', 'viewer', 'leads the company, watches the board', 'viewer'),
  account('Audrey Chen', 'auditor', 'reads the records', 'auditor'),
]

export const administrator = { name: 'Ada Admin', email: 'ada@harbor.example' }

/** Who is told first, by team. */
export const onCall = [
  { team: 'shop', people: [{ email: 'omar@harbor.example', level: 1 }, { email: 'casey@harbor.example', level: 2 }] },
  { team: 'money', people: [{ email: 'omar@harbor.example', level: 1 }] },
]

/** What a pipeline and the demo's own setup may do with their token. */
export const setupScopes = ['catalog.write', 'criteria.write', 'policy.write', 'people.manage', 'agent.enrol', 'release.register', 'deployment.request', 'catalog.read', 'release.read', 'run.read', 'incident.read']
