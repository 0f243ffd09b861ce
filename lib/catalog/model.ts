import { z } from 'zod'

/** What was seen longer ago than this is not known. */
export const observationFreshMs = 15_000

/** An agent that has not been heard of for this long is not live. */
export const agentSilentMs = 10_000

export const instanceStates = ['starting', 'healthy', 'unhealthy', 'stopped'] as const

/** One process of a service as an agent saw it. */
export const instanceSchema = z.strictObject({
  id: z.string().min(1).max(120),
  digest: z.string().max(100).nullable(),
  version: z.string().max(100).nullable(),
  state: z.enum(instanceStates),
})
export type Instance = z.infer<typeof instanceSchema>

/** How many steps run in one region at a time, unless its declaration says otherwise. */
export const defaultMaxParallel = 8

const name = (what: string): z.ZodString => z.string().regex(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/, `${what}: 1 to 60 of a–z, 0–9 and -, not at the ends`)

const nameOf = z.string().min(1).max(60)

/** What undoes changes from outside (a GitOps controller). In the parameters `${service}`, `${region}` and `${environment}` stand for the target's. */
const reconcilerSchema = z.strictObject({
  name: z.string().trim().min(1).max(120),
  hold: z.strictObject({ kind: z.string().regex(/^[a-z][a-z-]{0,39}$/, 'a step kind, as `hold-reconciler`'), params: z.record(z.string(), z.unknown()).default({}) }).describe('The step that makes it keep its hands off'),
  undo: z.string().trim().min(1).max(500).describe('How a person lets it go again, in words'),
})

const instant = z.iso.datetime({ offset: true, error: 'a time with its zone, as 2026-12-24T18:00:00Z', abort: true })

const limitSchema = z.strictObject({
  name: name('a limit’s name'),
  kind: z.enum(['quorum', 'capacity']).describe('quorum: whoever moves is out with its whole weight; capacity: what moves while it serves is out one instance at a time'),
  environment: nameOf,
  members: z.array(z.strictObject({ service: nameOf, region: nameOf, weight: z.number().min(0).max(1_000_000).default(1) })).max(2_000).describe('None: it limits nothing any more'),
  mayBeOut: z.number().min(0).max(1_000_000_000).describe('The most weight that may be out at the same time'),
})

const windowSchema = z
  .strictObject({
    name: name('a window’s name'),
    kind: z.enum(['freeze', 'maintenance']).describe('freeze: nothing is deployed; maintenance: what it covers counts as out and is not moved'),
    environments: z.array(nameOf).min(1).max(100),
    services: z.array(nameOf).max(2_000).optional().describe('Only these; all when left out'),
    regions: z.array(nameOf).max(100).optional().describe('Only these; all when left out'),
    from: instant,
    to: instant,
    rollback: z.boolean().default(true).describe('Whether a rollback may pass a freeze'),
  })
  .refine((window) => Date.parse(window.from) < Date.parse(window.to), { path: ['to'], message: 'later than from' })

/** A whole catalog as somebody declares it; references are by name. */
export const catalogSchema = z.strictObject({
  teams: z.array(z.strictObject({ slug: name('a team’s slug'), name: z.string().trim().min(1).max(120) })).max(500).default([]),
  environments: z.array(z.strictObject({ name: name('an environment’s name'), kind: z.enum(['real', 'drill']) })).max(100).default([]),
  regions: z
    .array(z.strictObject({ name: name('a region’s name'), jurisdiction: z.string().trim().min(1).max(60), rtoSeconds: z.number().int().min(1).max(604_800), trafficShare: z.number().min(0).max(1), maxParallel: z.number().int().min(1).max(1_000).default(defaultMaxParallel).describe('How many steps run there at a time') }))
    .max(100)
    .default([]),
  services: z
    .array(
      z.strictObject({
        name: name('a service’s name'),
        team: z.string().min(1).max(60),
        tier: z.number().int().min(1).max(4),
        dataClass: z.enum(['public', 'internal', 'customer', 'regulated']),
        jurisdictions: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
        repeatable: z.boolean().default(true).describe('Whether switching to the same release a second time is harmless; where not, a person decides after an agent went silent'),
        reconciler: reconcilerSchema.nullable().default(null).describe('What would undo a switch, and how it is held meanwhile'),
      }),
    )
    .max(2_000)
    .default([]),
  targets: z
    .array(
      z
        .strictObject({ service: z.string().min(1).max(60), environment: z.string().min(1).max(60), region: z.string().min(1).max(60), instances: z.number().int().min(1).max(10_000), minUp: z.number().int().min(0).max(10_000) })
        .refine((target) => target.minUp <= target.instances, { path: ['minUp'], message: 'at most as many as instances' }),
    )
    .max(10_000)
    .default([]),
  limits: z.array(limitSchema).max(1_000).default([]).describe('How much of a set may be out at the same time'),
  windows: z.array(windowSchema).max(1_000).default([]).describe('Times in which nothing is deployed, or something is in maintenance. A window ends earlier when it is declared again with an earlier end'),
})
export type Catalog = z.infer<typeof catalogSchema>
