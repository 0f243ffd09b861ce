import { valid, validRange } from 'semver'
import { z } from 'zod'

/** How long a release must run without a breach before it counts as known good, unless the deployment says otherwise. */
export const defaultSoakSeconds = 60

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 lower-case hex digits')
export const versionSchema = z.string().max(100).refine((version) => valid(version) === version, 'a semantic version, as 1.5.0 or 2.0.0-rc.1')
/** Only what a browser or an agent may safely follow. */
export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2_000)

const contract = z.string().trim().min(1).max(120)
const schemaVersion = z.number().int().min(0).max(1_000_000_000)

/** What a release says of itself that decides what it can run beside, and whether the way back is open. */
export const declaresSchema = z.strictObject({
  offers: z.array(z.strictObject({ contract, version: versionSchema })).max(200).default([]).describe('Contracts it provides'),
  calls: z
    .array(z.strictObject({ contract, range: z.string().max(100).refine((range) => validRange(range) !== null, 'a range of versions, as ^1.2.0'), scope: z.enum(['region', 'global']) }))
    .max(200)
    .default([])
    .describe('Contracts it needs'),
  schema: z
    .strictObject({
      database: z.string().trim().min(1).max(120),
      reads: z.tuple([schemaVersion, schemaVersion]).refine(([from, to]) => from <= to, 'the lowest and the highest version it reads, in this order'),
      writes: schemaVersion,
    })
    .nullable()
    .default(null)
    .describe('Database schema versions it reads and the one it writes'),
  oneWay: z.string().trim().min(1).max(500).nullable().default(null).describe('What it does that cannot be undone, in words'),
  besideItself: z.boolean().default(true).describe('Whether it can run beside another version of itself'),
})
export type Declares = z.infer<typeof declaresSchema>

export const metadataSchema = z.looseObject({
  commit: z.string().max(100).optional(),
  pipeline: z.string().max(200).optional(),
  pipelineUrl: httpUrlSchema.optional(),
  builtAt: z.iso.datetime({ offset: true }).optional(),
})

export type DeploymentStatus = 'requested' | 'running' | 'succeeded' | 'failed' | 'refused'
