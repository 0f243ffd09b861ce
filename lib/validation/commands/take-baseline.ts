import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { Tx } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'

/** How far back a baseline reaches. */
export const baselineSeconds = 120

export const takeBaseline = command({
  name: 'baseline.take',
  summary: 'Keep what was measured on targets just before a deployment. What was measured during a breach is left out; an empty baseline says that nothing is known.',
  permission: 'deployment.request',
  input: z.strictObject({ deploymentId: z.uuid(), targetIds: z.array(z.uuid()).min(1).max(500) }),

  async load({ tx }, { deploymentId, targetIds }) {
    const deployment = await tx.deployment.findUnique({ where: { id: deploymentId }, select: { projectId: true, environmentId: true, serviceId: true } })
    if (!deployment) throw new Fault('not_found', 'there is no such deployment')
    const targets = await tx.target.findMany({ where: { id: { in: targetIds }, projectId: deployment.projectId, environmentId: deployment.environmentId }, select: { id: true, version: true } })
    const missing = targetIds.findIndex((id) => !targets.some((target) => target.id === id))
    if (missing >= 0) throw new Fault('not_found', `targetIds.${missing}: there is no such target in the environment of this deployment`)
    return { subject: { deployment, targets }, scope: { projectId: deployment.projectId, environmentId: deployment.environmentId, serviceIds: [deployment.serviceId] } }
  },

  async run({ tx, now, newId }, { deploymentId }, { deployment, targets }) {
    const taken = await keepSamples(tx, { projectId: deployment.projectId, deploymentId, rows: targets.map((target) => ({ id: newId(), target_id: target.id })), until: now, now })
    const counts = Object.fromEntries(taken.map((row) => [row.target_id, row.samples]))
    return {
      result: { baselines: taken.map((row) => ({ baselineId: row.id, targetId: row.target_id, samples: row.samples })) },
      events: targets.map((target) => ({ name: 'baseline.taken' as const, subject: target.id, version: target.version, data: { deploymentId, samples: counts[target.id] ?? 0 } })),
      record: { subjectKind: 'deployment', subjectId: deploymentId, payload: { samples: counts } },
    }
  },
})

interface Kept {
  id: string
  target_id: string
  samples: number
}

/** Keeps what was measured in the time before `until`, without what was measured during a breach. */
export function keepSamples(tx: Tx, { projectId, deploymentId, rows, until, now }: { projectId: string; deploymentId: string | null; rows: readonly { id: string; target_id: string }[]; until: Date; now: Date }): Promise<Kept[]> {
  const from = new Date(until.getTime() - baselineSeconds * 1000)
  return tx.$queryRaw<Kept[]>`
    insert into baseline (id, project_id, target_id, deployment_id, from_at, to_at, taken_at, samples)
    select b.id, ${projectId}::uuid, b.target_id, ${deploymentId}::uuid, ${from}::timestamptz, ${until}::timestamptz, ${now}::timestamptz, coalesce(
      (select jsonb_agg(jsonb_build_object('at', round(extract(epoch from s.at) * 1000), 'seconds', s.seconds, 'requests', s.requests, 'errors', s.errors, 'latency', s.latency) order by s.at)
       from sample s where s.target_id = b.target_id and s.at >= ${from}::timestamptz and s.at < ${until}::timestamptz
         and not exists (select 1 from breach x where x.target_id = b.target_id and x.opened_at <= s.at and (x.closed_at is null or s.at < x.closed_at))), '[]'::jsonb)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as b(id uuid, target_id uuid)
    returning id, target_id, jsonb_array_length(samples) as samples`
}
