import { valid, validRange } from 'semver'
import { z } from 'zod'

/** How long a release must run without a breach before it counts as known good, unless the deployment says otherwise. */
export const defaultSoakSeconds = 60

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 lower-case hex digits')
export const versionSchema = z.string().max(100).refine((version) => valid(version) === version, 'a semantic version, as 1.5.0 or 2.0.0-rc.1')
/** Only what a browser or an agent may safely follow. */
export const httpUrlSchema = z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2_000)

const contract = z.string().trim().min(1).max(120)
const rangeSchema = z.string().max(100).refine((range) => validRange(range) !== null, 'a range of versions, as ^1.2.0')
const schemaVersion = z.number().int().min(0).max(1_000_000_000)

/** Something an agent can do: a step kind, and its parameters. */
const actionSchema = z.strictObject({ kind: z.string().regex(/^[a-z][a-z-]{0,39}$/, 'a step kind, as `sql`'), params: z.record(z.string(), z.unknown()) })

/** What a release says of itself that decides what it can run beside, and whether the way back is open. */
export const declaresSchema = z.strictObject({
  offers: z.array(z.strictObject({ contract, version: versionSchema })).max(200).default([]).describe('Contracts it provides'),
  calls: z
    .array(z.strictObject({ contract, range: rangeSchema, scope: z.enum(['region', 'global']) }))
    .max(200)
    .default([])
    .describe('Contracts it needs'),
  schema: z
    .strictObject({
      database: z.string().trim().min(1).max(120),
      scope: z.enum(['region', 'global']).default('region').describe('One database a region, or one for all'),
      reads: z.tuple([schemaVersion, schemaVersion]).refine(([from, to]) => from <= to, 'the lowest and the highest version it reads, in this order'),
      writes: schemaVersion,
      migrations: z
        .array(z.strictObject({ to: schemaVersion, undo: actionSchema.nullable().describe('What takes the database from this version back to the one before; null where nothing can'), because: z.string().trim().min(1).max(500).default('no reason was given').describe('What undoing it loses, or why it cannot be undone') }))
        .max(200)
        .default([])
        .describe('How each version that this release introduces is taken back'),
    })
    .nullable()
    .default(null)
    .describe('Database schema versions it reads and the one it writes'),
  oneWay: z.string().trim().min(1).max(500).nullable().default(null).describe('What it does that cannot be undone, in words'),
  residue: z
    .strictObject({
      leaves: z.array(z.strictObject({ what: contract, version: versionSchema, purge: actionSchema.nullable().default(null).describe('What removes it; null where nothing does') })).max(100).default([]),
      reads: z.array(z.strictObject({ what: contract, range: rangeSchema })).max(100).default([]),
    })
    .prefault({})
    .describe('What stays behind when it stops (rows, messages, sessions, caches), and which of those it can read'),
  flags: z.array(z.strictObject({ flag: z.string().trim().min(1).max(200), covers: z.string().trim().min(1).max(500) })).max(100).default([]).describe('Kill switches, and what turning each off takes away'),
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
