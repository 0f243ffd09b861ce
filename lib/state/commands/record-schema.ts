import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'

/**
 * Where a database's schema stands. `raise` says that something which migrates up may have begun: it never lowers what is
 * known. `set` says that the database is at this version now.
 */
export const recordSchema = command({
  name: 'database.record',
  summary: 'Keep the schema version that a database is known to be at.',
  permission: 'agent.work',
  input: z.strictObject({
    environmentId: z.uuid(),
    database: z.string().trim().min(1).max(120),
    region: z.string().min(1).max(60).nullable().describe('The region it belongs to; null = one for all'),
    version: z.number().int().min(0).max(1_000_000_000),
    how: z.enum(['raise', 'set']),
  }),

  async load({ tx }, { environmentId, region }) {
    const environment = await tx.environment.findUnique({ where: { id: environmentId } })
    if (!environment) throw new Fault('not_found', 'there is no such environment here')
    const place = region === null ? null : await tx.region.findUnique({ where: { projectId_name: { projectId: environment.projectId, name: region } } })
    if (region !== null && !place) throw new Fault('not_found', `there is no region ${region}`)
    return { subject: environment, scope: { projectId: environment.projectId, environmentId, ...(place ? { regionId: place.id } : {}) } }
  },

  async run({ tx, actor, now }, { environmentId, database, region, version, how }, { projectId }) {
    const changed = await tx.$executeRaw`
      insert into database_schema as known (project_id, environment_id, database, region, version, at, by)
      values (${projectId}::uuid, ${environmentId}::uuid, ${database}, ${region ?? ''}, ${version}, ${now}::timestamptz, ${actor.id})
      on conflict (environment_id, database, region) do update set version = excluded.version, at = excluded.at, by = excluded.by
      where case when ${how} = 'raise' then excluded.version > known.version else excluded.version <> known.version end`
    if (changed === 0) return { result: { changed: false }, events: [] }
    return { result: { changed: true }, events: [], record: { subjectKind: 'database', subjectId: region === null ? database : `${database}/${region}` } }
  },
})
