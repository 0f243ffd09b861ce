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

const name = (what: string): z.ZodString => z.string().regex(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/, `${what}: 1 to 60 of a–z, 0–9 and -, not at the ends`)

/** A whole catalog as somebody declares it; references are by name. */
export const catalogSchema = z.strictObject({
  teams: z.array(z.strictObject({ slug: name('a team’s slug'), name: z.string().trim().min(1).max(120) })).max(500).default([]),
  environments: z.array(z.strictObject({ name: name('an environment’s name'), kind: z.enum(['real', 'drill']) })).max(100).default([]),
  regions: z
    .array(z.strictObject({ name: name('a region’s name'), jurisdiction: z.string().trim().min(1).max(60), rtoSeconds: z.number().int().min(1).max(604_800), trafficShare: z.number().min(0).max(1) }))
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
})
export type Catalog = z.infer<typeof catalogSchema>
