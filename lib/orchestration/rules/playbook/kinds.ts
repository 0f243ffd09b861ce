import { z } from 'zod'
import { durationSchema } from './duration.ts'

/* What a step of each kind takes. The agent that does it checks the same parameters again: this is the contract between them. */

const word = (most = 200): z.ZodString => z.string().min(1).max(most)
const said = (what: string): z.ZodString => word(2_000).describe(what)
const url = z.url({ protocol: /^https?$/, error: 'an address, as https://example.com/path' }).max(2_000)
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of a header')
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'a name of letters, digits and _')
/** The name of something in the agent's own configuration: a connection, a provider, a cluster. */
const configured = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'a name of the agent’s configuration')
const below = word(500).refine((path) => !path.startsWith('/') && !path.startsWith('-') && !path.split('/').includes('..'), 'a path below the folder that the agent’s configuration names, without ..')
/** Handed to a program as one argument: never one of its options. */
const argument = word(1_000).refine((text) => !text.startsWith('-') && !/[\0\n\r]/.test(text), 'one line that does not begin with a dash')
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()])
const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'small letters, digits and dashes')
const resource = z.string().regex(/^[a-z]+\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a kind and a name, as deployment/checkout')
const domain = z.string().max(253).regex(/^([A-Za-z0-9_*]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$/, 'a domain name')

const shell = z.strictObject({
  command: word(20_000).describe('What /bin/sh runs. References are handed over as variables of the shell and never read as code'),
  env: z.array(variable).max(100).optional().describe('Variables of the agent’s own environment that it may see; nothing else is passed on'),
  cwd: below.optional().describe('Where it runs, below the folder that the agent’s configuration names'),
  expectExit: z.number().int().min(0).max(255).optional().describe('The exit code that is good; 0 when left out'),
})

const expectation = z.strictObject({
  status: z.array(z.number().int().min(100).max(599)).min(1).optional().describe('The statuses that are good; any 2xx when left out'),
  contains: word(1_000).optional().describe('What the answer’s text has to contain'),
  jsonPath: z.string().max(300).regex(/^\$?(\.?[A-Za-z0-9_-]+|\[\d+\]|\["[^"]+"\])*$/, 'a path, as $.items[0].name').optional().describe('What has to be in the answer, as $.items[0].name'),
  equals: scalar.nullable().optional().describe('What stands there'),
})

const http = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).describe('How it asks'),
  url: url.describe('Whom it asks. A reference inside is encoded, one at the very beginning is not'),
  headers: z.record(headerName, word(4_000)).optional().describe('Headers, by name'),
  secretHeaders: z.record(headerName, variable).optional().describe('Headers whose value is a secret: the name under which the agent knows it'),
  body: z.union([z.string().max(262_144), z.record(z.string(), z.unknown())]).optional().describe('What is sent: text as it is, fields as JSON'),
  expect: expectation.optional().describe('What a good answer is; any 2xx when left out'),
})

const ansible = z.strictObject({
  playbook: below.describe('The Ansible playbook, below the folder that the agent’s configuration names'),
  inventory: argument.optional().describe('The inventory'),
  limit: argument.optional().describe('Only these hosts'),
  extraVars: z.record(variable, scalar).optional().describe('Variables, with their types'),
  tags: z.array(argument).max(50).optional().describe('Only what has one of these tags'),
  check: z.boolean().optional().describe('Say what would change, and change nothing'),
})

const terraform = z.strictObject({
  dir: below.describe('The configuration’s folder, below the one that the agent’s configuration names'),
  action: z.enum(['plan', 'apply', 'apply-plan']).describe('plan changes nothing; apply-plan applies exactly what an earlier plan said'),
  vars: z.record(variable, z.unknown()).optional().describe('Variables, with their types'),
  expectChanges: z.boolean().optional().describe('Whether changes have to be planned (true) or may not be (false); either when left out'),
})

/** What an action in a cluster cannot do without. */
const neededBy = { 'rollout-undo': [], 'rollout-status': [], scale: ['replicas'], 'set-image': ['image'], patch: ['patch'], annotate: ['patch'] } as const

const kubernetes = z
  .strictObject({
    context: configured.optional().describe('The cluster, as the agent’s configuration calls it'),
    namespace: label.describe('The namespace'),
    resource: resource.describe('What it is about, as deployment/checkout'),
    action: z.enum(['rollout-undo', 'rollout-status', 'scale', 'set-image', 'patch', 'annotate']).describe('What is done; rollout-status only looks'),
    toRevision: z.number().int().min(0).optional().describe('rollout-undo: to which revision; the one before when left out'),
    replicas: z.number().int().min(0).max(10_000).optional().describe('scale: how many'),
    image: argument.optional().describe('set-image: the image, best by digest'),
    container: label.optional().describe('set-image: of which container'),
    patch: z.record(z.string(), z.unknown()).optional().describe('patch: a merge patch; annotate: the annotations'),
  })
  .superRefine((params, context) => {
    for (const field of neededBy[params.action]) if (params[field] === undefined) context.addIssue({ code: 'custom', path: [field], message: 'is missing' })
  })

const sql = z
  .strictObject({
    connection: configured.describe('The database, as the agent’s configuration calls it'),
    statements: z.array(word(100_000)).max(200).describe('What is executed, one after the other in one transaction; [] only looks. A reference inside may only become a number, true or false, or a plain word'),
    check: word(20_000).optional().describe('A query whose first value has to be true, in the same transaction'),
  })
  .refine(({ statements, check }) => statements.length > 0 || check !== undefined, { path: ['statements'], message: 'at least one, or a check' })

const flag = z.strictObject({ provider: configured.describe('The flag service, as the agent’s configuration calls it'), flag: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$/, 'the name of a flag').describe('The flag'), on: z.boolean().describe('Whether it is on afterwards') })

const proxy = z
  .strictObject({
    backend: configured.describe('The backend'),
    server: configured.optional().describe('One server of it; all when left out'),
    weight: z.number().int().min(0).max(256).optional().describe('Its weight afterwards'),
    state: z.enum(['drain', 'ready', 'maint']).optional().describe('Its state afterwards'),
  })
  .refine(({ weight, state }) => weight !== undefined || state !== undefined, { path: ['weight'], message: 'a weight or a state' })

const deploy = z.strictObject({ moves: z.literal('planned').describe('The moves that the planner has proven, with their order, stand in place of this step') })

const dns = z.strictObject({
  zone: domain.describe('The zone'),
  name: domain.describe('The name inside it'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']).describe('Which record'),
  ttl: z.number().int().min(0).max(604_800).describe('Seconds for which others may keep it'),
  values: z.array(argument).min(1).max(50).describe('What it says afterwards'),
  via: configured.describe('Who serves the zone, as the agent’s configuration calls it'),
})

const cdn = z.strictObject({
  provider: configured.describe('The CDN, as the agent’s configuration calls it'),
  purge: z
    .strictObject({ all: z.literal(true).optional().describe('Everything'), tags: z.array(argument).min(1).max(256).optional().describe('By tag'), urls: z.array(url).min(1).max(100).optional().describe('By address') })
    .refine((purge) => Object.values(purge).filter((one) => one !== undefined).length === 1, 'exactly one of all, tags and urls')
    .describe('What is forgotten: exactly one of all, tags and urls'),
})

const hold = { hold: z.boolean().describe('true: it keeps its hands off; false: it works again') }
const reconciler = configured.describe('The controller, as the agent’s configuration calls it')
const holdReconciler = z.discriminatedUnion('via', [
  z.strictObject({ via: z.literal('argocd').describe('Argo CD'), ...hold, reconciler: reconciler.optional(), application: label.describe('The application whose sync is held') }),
  z.strictObject({ via: z.literal('flux').describe('Flux'), ...hold, context: configured.optional().describe('The cluster, as the agent’s configuration calls it'), namespace: label.describe('The namespace'), resource: resource.describe('What is suspended, as kustomization/shop') }),
  z.strictObject({ via: z.literal('http').describe('Any controller with an API, as the agent’s configuration says'), ...hold, reconciler, name: configured.optional().describe('What of it is held') }),
  z.strictObject({ via: z.literal('command').describe('A program, as the agent’s configuration says'), ...hold, reconciler }),
])

const wait = z.strictObject({ for: durationSchema.describe('How long, as 5m') })
const approve = z.strictObject({ say: said('What people agree to'), approvals: z.number().int().min(1).max(10).optional().describe('How many voices; 1 when left out') })
const validate = z.strictObject({})
const notify = z.strictObject({ say: said('What the responders are told') })
const manual = z.strictObject({ say: said('What a person has to do, and how they know that it is done') })

export type Params = Readonly<Record<string, unknown>>

export interface KindFacts {
  with: z.ZodType
  /** Who does it: an agent of a region, the command center, or the planner in its place. */
  by: 'agent' | 'center' | 'planner'
  /** In a few words. */
  about: string
  /** Whether it changes nothing. `unknown` = only its author can say. */
  readOnly(params: Params): boolean | 'unknown'
  /** Whether doing it twice is the same as once, unless the step says otherwise. */
  repeatable(params: Params): boolean
  timeoutMs: number
}

const minutes = 60_000
const never = (): boolean => false
const always = (): boolean => true
const center = (schema: z.ZodType, about: string, timeoutMs: number): KindFacts => ({ with: schema, by: 'center', about, readOnly: always, repeatable: always, timeoutMs })
/** What brings about a state: twice is once. */
const sets = (schema: z.ZodType, about: string, timeoutMs = minutes): KindFacts => ({ with: schema, by: 'agent', about, readOnly: never, repeatable: always, timeoutMs })

const looks = (method: unknown): boolean => method === 'GET' || method === 'HEAD'
/** Without statements it only looks; what a statement does nobody can tell from its words. */
const asks = ({ statements }: Params): boolean => Array.isArray(statements) && statements.length === 0

export const kinds = {
  shell: { with: shell, by: 'agent', about: 'a command line', readOnly: () => 'unknown', repeatable: never, timeoutMs: 5 * minutes },
  http: { with: http, by: 'agent', about: 'a request', readOnly: ({ method }) => looks(method), repeatable: ({ method }) => looks(method) || method === 'PUT', timeoutMs: minutes / 2 },
  ansible: { with: ansible, by: 'agent', about: 'an Ansible playbook', readOnly: ({ check }) => check === true, repeatable: ({ check }) => check === true, timeoutMs: 30 * minutes },
  terraform: { with: terraform, by: 'agent', about: 'a Terraform configuration', readOnly: ({ action }) => action === 'plan', repeatable: ({ action }) => action === 'plan', timeoutMs: 30 * minutes },
  kubernetes: { with: kubernetes, by: 'agent', about: 'something in a Kubernetes cluster', readOnly: ({ action }) => action === 'rollout-status', repeatable: ({ action, toRevision }) => action !== 'rollout-undo' || toRevision !== undefined, timeoutMs: 10 * minutes },
  sql: { with: sql, by: 'agent', about: 'statements in a database', readOnly: asks, repeatable: asks, timeoutMs: 5 * minutes },
  flag: sets(flag, 'a feature flag'),
  proxy: sets(proxy, 'a proxy’s traffic'),
  deploy: { with: deploy, by: 'planner', about: 'the planned moves', readOnly: never, repeatable: never, timeoutMs: minutes },
  dns: sets(dns, 'a DNS record'),
  cdn: sets(cdn, 'what a CDN has kept', 2 * minutes),
  wait: center(wait, 'a pause', 25 * 60 * minutes),
  approve: center(approve, 'people who agree', 24 * 60 * minutes),
  validate: center(validate, 'a measurement of what moved', 60 * minutes),
  notify: center(notify, 'a message to the responders', minutes),
  'hold-reconciler': sets(holdReconciler, 'a controller that would undo the work'),
  manual: { ...center(manual, 'something that a person does', 24 * 60 * minutes), readOnly: never },
} as const satisfies Record<string, KindFacts>

export type PlaybookKind = keyof typeof kinds
export const kindNames = Object.keys(kinds) as PlaybookKind[]
export const factsOf = (kind: PlaybookKind): KindFacts => kinds[kind]
export const isPlaybookKind = (kind: string): kind is PlaybookKind => Object.hasOwn(kinds, kind)
/** Kinds that an agent does: what a check or a compensation can be. */
export const agentKindNames = kindNames.filter((kind) => kinds[kind].by === 'agent')
