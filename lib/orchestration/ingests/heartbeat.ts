import { z } from 'zod'
import { recordObservation } from '#lib/catalog/commands/record-observation.ts'
import { isSameObservation } from '#lib/catalog/rules/same-observation.ts'
import { execute } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { ingest } from '#lib/platform/ingest.ts'
import { shared } from '#lib/platform/runtime.ts'
import { agentOf } from '../load.ts'
import { agentSilentMs, stepKindSchema } from '../pace.ts'

const instance = z.strictObject({
  id: z.string().min(1).max(120),
  digest: z.string().max(100).nullable(),
  version: z.string().max(100).nullable(),
  state: z.enum(['starting', 'healthy', 'unhealthy', 'stopped']),
})

const observation = z.strictObject({
  service: z.string().min(1).max(60),
  instances: z.array(instance).max(200),
  unreachable: z.boolean().describe('True where the driver could not be asked: not known, never "nothing runs"'),
})

interface TargetRow {
  id: string
  service: string
  observed: unknown
}

/** Which agent measures which target, for this process: kept while that agent is heard of, handed on when it is not. */
const measurers = (): Map<string, { agentId: string; at: number }> => shared('measurers', () => new Map())

function mayMeasure(targetId: string, agentId: string, now: number): boolean {
  const held = measurers().get(targetId)
  if (held && held.agentId !== agentId && now - held.at < agentSilentMs / 2) return false
  measurers().set(targetId, { agentId, at: now })
  return true
}

export const acceptHeartbeat = ingest({
  name: 'agent.heartbeat',
  summary: 'An agent is alive, and this is what it sees running.',
  permission: 'agent.work',
  input: z.strictObject({
    v: z.literal(1),
    stepKinds: z.array(stepKindSchema).max(40),
    parallel: z.number().int().min(1).max(32).default(1).describe('How many steps it takes at a time'),
    working: z.array(z.strictObject({ stepId: z.uuid(), epoch: z.number().int() })).max(50),
    observations: z.array(observation).max(100),
  }),

  load: async ({ actor }) => {
    const agent = agentOf(actor)
    return { subject: agent, scope: { projectId: agent.projectId, environmentId: agent.environmentId, regionId: agent.regionId } }
  },

  async write({ db, now }, { observations, parallel, stepKinds, working }, agent) {
    await db.agent.update({ where: { id: agent.id }, data: { lastSeenAt: now, stepKinds, parallel } })
    const targets = await db.$queryRaw<TargetRow[]>`
      select t.id, s.name as service, t.observed from target t join service s on s.id = t.service_id
      where t.environment_id = ${agent.environmentId}::uuid and t.region_id = ${agent.regionId}::uuid`
    const measure: string[] = []
    const seen: string[] = []
    for (const target of targets) {
      const found = observations.find((one) => one.service === target.service)
      if (!found) continue
      if (mayMeasure(target.id, agent.id, now.getTime())) measure.push(target.service)
      if (found.unreachable) continue
      if (isSameObservation(target.observed, found.instances)) seen.push(target.id)
      else if (await isNews(db, target.id, found.instances)) await execute(recordObservation, agent, { targetId: target.id, instances: found.instances })
    }
    // Seen again and unchanged is no news: only the age of what we know is new.
    // Where several agents look it is written down once a second, and nobody waits for a run that holds the row.
    if (seen.length > 0) await db.$executeRaw`
      update target set observed_at = ${now}::timestamptz, observed_by = ${agent.id}::uuid
      where id in (select id from target where id = any(${seen}::uuid[]) and (observed_at is null or observed_at < ${now}::timestamptz - interval '1 second') for update skip locked)`
    const cancel = working.length === 0 ? [] : await db.step.findMany({ where: { id: { in: working.map((one) => one.stepId) }, OR: [{ cancelling: true }, { NOT: { status: 'leased' } }] }, select: { id: true } })
    return { now: now.getTime(), measure, cancel: cancel.map((step) => step.id) }
  },
})

/** Several agents see the same change; while one target after the other is written down, another agent may have been quicker. */
async function isNews(db: Pick<Tx, '$queryRaw'>, targetId: string, instances: unknown): Promise<boolean> {
  const [row] = await db.$queryRaw<{ observed: unknown }[]>`select observed from target where id = ${targetId}::uuid`
  return !isSameObservation(row?.observed, instances)
}
