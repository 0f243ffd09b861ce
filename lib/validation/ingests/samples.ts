import { z } from 'zod'
import { Fault } from '#lib/platform/fault.ts'
import { ingest } from '#lib/platform/ingest.ts'
import { sampleSchema } from '../model.ts'

/** A clock further away than this is wrong, and so would be the sample. */
const skewMs = 5 * 60_000

export const acceptSamples = ingest({
  name: 'agent.samples',
  summary: 'What an agent measured. All of a request is taken or none; a sample sent again is ignored.',
  permission: 'agent.work',
  input: z.strictObject({ v: z.literal(1), samples: z.array(sampleSchema).max(500) }),

  load: async ({ actor }) => {
    if (actor.kind !== 'agent') throw new Fault(actor.kind === 'anonymous' ? 'unauthenticated' : 'forbidden', 'this address is for agents')
    return { subject: actor, scope: { projectId: actor.projectId, environmentId: actor.environmentId, regionId: actor.regionId } }
  },

  async write({ db, now }, { samples }, agent) {
    if (samples.length === 0) return { accepted: 0 }
    const names = [...new Set(samples.map((sample) => sample.service))]
    const targets = await db.$queryRaw<{ id: string; service: string }[]>`
      select t.id, s.name as service from target t join service s on s.id = t.service_id
      where t.project_id = ${agent.projectId}::uuid and t.environment_id = ${agent.environmentId}::uuid and t.region_id = ${agent.regionId}::uuid and s.name = any(${names}::text[])`
    const idOf = new Map(targets.map((target) => [target.service, target.id]))

    const fields = samples.flatMap(({ service, at }, i) => [
      ...(idOf.has(service) ? [] : [{ field: `samples.${i}.service`, message: `there is no ${service} where this agent works` }]),
      ...(Math.abs(Date.parse(at) - now.getTime()) <= skewMs ? [] : [{ field: `samples.${i}.at`, message: `within five minutes of ${now.toISOString()}` }]),
    ])
    if (fields.length > 0) throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })

    const rows = samples.map(({ service, ...sample }) => ({ target_id: idOf.get(service), ...sample }))
    const accepted = await db.$executeRaw`
      insert into sample (target_id, at, seconds, requests, errors, latency)
      select target_id, at, seconds, requests, errors, nullif(latency, 'null'::jsonb)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(target_id uuid, at timestamptz, seconds float8, requests int, errors int, latency jsonb)
      on conflict do nothing`
    return { accepted }
  },
})
