import { z } from 'zod'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')
const version = z.string().min(1).max(100)
const service = z.string().min(1).max(60)
const release = z.object({ version, digest, url: z.url() })
const instances = z.number().int().positive().optional()
/** Nobody is let in meanwhile: between a drain and an open. */
const closed = z.boolean().optional()

const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable')
const httpUrl = z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'the name of a header'), z.string().max(4_000))
/** The name of something in the agent's own configuration: a connection, a provider, a cluster. */
const configured = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'a name of the agent’s configuration')
/** Below a folder that the agent's configuration names; the agent looks again where a link leads. */
const below = z.string().min(1).max(500).refine((path) => !path.startsWith('/') && !path.startsWith('-') && !path.split('/').includes('..'), 'a path below the configured folder, without ..')
/** Handed to a program as one argument: never one of its options. */
const argument = z.string().min(1).max(1_000).refine((text) => !text.startsWith('-') && !/[\0\n\r]/.test(text), 'one line that does not begin with a dash')
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()])
const names = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of a variable'), value)

const expectation = z.strictObject({
  /** Any 2xx where none is named. */
  status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
  /** Dots and indices: `$.items[0].name`. Has to be there; with `equals`, to be that. */
  jsonPath: z.string().max(300).regex(/^\$?(\.?[A-Za-z0-9_-]+|\[\d+\]|\["[^"]+"\])*$/, 'a path as $.items[0].name').optional(),
  equals: scalar.nullable().optional(),
  contains: z.string().max(1_000).optional(),
})

const resource = z.string().regex(/^[a-z]+\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a kind and a name, as deployment/checkout')
const label = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a name of Kubernetes: lower-case letters, digits and dashes')
const domain = z.string().max(253).regex(/^([A-Za-z0-9_*]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$/, 'a domain name')

/** What each step kind is told, as docs/api/agent-protocol.md says. */
export const paramsOf = {
  snapshot: z.object({ service }),
  stage: z.object({ service, release }),
  deploy: z.object({ service, to: release, from: z.array(z.string()), instances, closed }),
  verify: z.object({ service, digest, instances, closed }),
  drain: z.object({ service }),
  stop: z.object({ service }),
  open: z.object({ service, digest, instances }),

  shell: z.strictObject({ command: z.string().min(1).max(20_000), env: z.array(envName).max(100).optional(), cwd: below.optional(), expectExit: z.number().int().min(0).max(255).optional() }),
  http: z.strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: httpUrl,
    headers: headers.optional(),
    body: z.union([z.string().max(262_144), z.record(z.string(), z.unknown())]).optional(),
    expect: expectation.optional(),
    /** Header → name of a secret. */
    secretHeaders: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'the name of a header'), envName).optional(),
  }),
  ansible: z.strictObject({ playbook: below, inventory: argument.optional(), limit: argument.optional(), extraVars: names(scalar).optional(), tags: z.array(argument).max(50).optional(), check: z.boolean().optional() }),
  terraform: z.strictObject({ dir: below, action: z.enum(['plan', 'apply', 'apply-plan']), vars: names(z.unknown()).optional(), expectChanges: z.boolean().optional() }),
  kubernetes: z
    .strictObject({
      context: configured.optional(),
      namespace: label,
      resource,
      action: z.enum(['rollout-undo', 'rollout-status', 'scale', 'set-image', 'patch', 'annotate']),
      toRevision: z.number().int().min(0).optional(),
      replicas: z.number().int().min(0).max(10_000).optional(),
      image: argument.optional(),
      container: label.optional(),
      patch: z.record(z.string(), z.unknown()).optional(),
    })
    .superRefine((params, context) => {
      const needed = ({ scale: ['replicas'], 'set-image': ['image'], patch: ['patch'], annotate: ['patch'] } as const)[params.action as 'scale'] ?? []
      for (const name of needed) if (params[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: `${params.action} needs it` })
    }),
  /** Without statements it only looks: for a step's `check`. */
  sql: z
    .strictObject({
      connection: configured,
      statements: z.array(z.string().min(1).max(100_000)).max(200),
      /** True when it is done: asked before the statements and after them. */
      check: z.string().min(1).max(20_000).optional(),
      /** Which of the catalog's databases a migration is about; says nothing to the agent. */
      database: z.string().max(200).optional(),
    })
    .refine(({ statements, check }) => statements.length > 0 || check !== undefined, { path: ['statements'], message: 'at least one, or a check' }),
  flag: z.strictObject({ provider: configured, flag: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$/, 'the name of a flag'), on: z.boolean() }),
  proxy: z
    .strictObject({ backend: configured, server: configured.optional(), weight: z.number().int().min(0).max(256).optional(), state: z.enum(['drain', 'ready', 'maint']).optional() })
    .refine(({ weight, state }) => weight !== undefined || state !== undefined, { path: ['weight'], message: 'a weight or a state' }),
  dns: z.strictObject({ zone: domain, name: domain, type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']), ttl: z.number().int().min(0).max(604_800), values: z.array(argument).min(1).max(50), via: configured }),
  cdn: z.strictObject({
    provider: configured,
    purge: z
      .strictObject({ all: z.literal(true).optional(), tags: z.array(argument).min(1).max(256).optional(), urls: z.array(httpUrl).min(1).max(100).optional() })
      .refine((purge) => Object.keys(purge).length === 1, 'exactly one of all, tags and urls'),
  }),
  'hold-reconciler': z.discriminatedUnion('via', [
    z.strictObject({ via: z.literal('argocd'), reconciler: configured.optional(), application: label, hold: z.boolean() }),
    z.strictObject({ via: z.literal('flux'), context: configured.optional(), namespace: label, resource, hold: z.boolean() }),
    z.strictObject({ via: z.literal('http'), reconciler: configured, name: configured.optional(), hold: z.boolean() }),
    z.strictObject({ via: z.literal('command'), reconciler: configured, hold: z.boolean() }),
  ]),
}

export type StepParams = { [K in keyof typeof paramsOf]: z.output<(typeof paramsOf)[K]> }
export type KnownKind = keyof StepParams

/** An action with its parameters as they were approved. */
export type KnownAction = { [K in KnownKind]: { kind: K; params: StepParams[K] } }[KnownKind]

/** Whether an action only looks, so that it may answer the question "is it done already?". A shell command's author answers for that. */
export function onlyLooks({ kind, params }: KnownAction): boolean {
  switch (kind) {
    case 'verify':
    case 'shell':
      return true
    case 'http':
      return params.method === 'GET' || params.method === 'HEAD'
    case 'sql':
      return params.statements.length === 0
    case 'kubernetes':
      return params.action === 'rollout-status'
    case 'terraform':
      return params.action === 'plan'
    case 'ansible':
      return params.check === true
    default:
      return false
  }
}
