import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { TargetResult } from '../model.ts'
import { enoughSamples } from '../rules/judge-metric.ts'
import { judgeTarget } from '../rules/judge.ts'

export const startValidation = command({
  name: 'validation.start',
  summary: 'Begin to measure whether what a run left behind is as healthy as it was before.',
  permission: 'run.start',
  input: z.strictObject({
    runId: z.uuid(),
    incidentId: z.uuid().nullable().describe('The incident that its verdict speaks for; null where it speaks only for a step'),
    stepId: z.uuid().optional().describe('The step that asks; left out when the run is over'),
    targetIds: z.array(z.uuid()).min(1).max(500),
    settleSeconds: z.number().min(0).max(3_600).describe('Not measured at first: connections and caches warm up'),
    measureSeconds: z.number().min(1).max(86_400).describe('Judged at the latest after this'),
  }),

  async load({ tx }, { runId }) {
    const run = await tx.run.findUnique({ where: { id: runId }, select: { projectId: true, plan: { select: { environmentId: true } } } })
    if (!run) throw new Fault('not_found', 'there is no such run here')
    return { subject: run, scope: { projectId: run.projectId, environmentId: run.plan.environmentId } }
  },

  async run({ tx, now, newId }, { runId, incidentId, stepId, targetIds, settleSeconds, measureSeconds }, run) {
    // Best is what was measured under the release it has gone back to; then what is long enough to judge by; then the newest.
    const targets = await tx.$queryRaw<{ id: string; service: string; region: string; baseline_id: string | null }[]>`
      select t.id, s.name as service, r.name as region, b.id as baseline_id
      from target t join service s on s.id = t.service_id join region r on r.id = t.region_id
      left join lateral (
        select b.id from baseline b left join deployment_target d on d.deployment_id = b.deployment_id and d.target_id = b.target_id
        where b.target_id = t.id and jsonb_array_length(b.samples) > 0
        order by (d.from_release_id is not null and d.from_release_id = t.desired_release_id) desc, (jsonb_array_length(b.samples) >= ${enoughSamples}::int) desc, b.taken_at desc limit 1
      ) b on true
      where t.id = any(${targetIds}::uuid[]) and t.project_id = ${run.projectId}::uuid order by s.name, r.name`
    const missing = targetIds.findIndex((id) => !targets.some((target) => target.id === id))
    if (missing >= 0) throw new Fault('not_found', `targetIds.${missing}: there is no such target here`)

    const id = newId()
    const startedAt = new Date(now.getTime() + settleSeconds * 1000)
    const deadline = new Date(startedAt.getTime() + measureSeconds * 1000)
    const results: TargetResult[] = targets.map((target) => ({ targetId: target.id, service: target.service, region: target.region, baselineId: target.baseline_id, metrics: judgeTarget([], []) }))
    await tx.validation.create({ data: { id, projectId: run.projectId, incidentId, runId, stepId: stepId ?? null, status: 'measuring', results: results as never, startedAt, deadline } })
    return {
      result: { validationId: id },
      events: [{ name: 'validation.started', subject: runId, version: 1, incidentId, data: { validationId: id, verdict: null } }],
      record: { subjectKind: 'run', subjectId: runId, incidentId, payload: { validationId: id } },
    }
  },
})
