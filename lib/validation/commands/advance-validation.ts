import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadBaselines, loadSamples } from '../load.ts'
import type { TargetResult } from '../model.ts'
import { isNews, judgeNewest, settle } from '../rules/judge.ts'

interface ValidationRow {
  id: string
  project_id: string
  incident_id: string | null
  run_id: string
  status: 'measuring' | 'done'
  results: TargetResult[]
  started_at: Date
  deadline: Date
  version: number
}

export const advanceValidation = command({
  name: 'validation.advance',
  summary: 'Judge a validation by what has been measured so far; the verdict is final once it is said.',
  permission: 'run.start',
  input: z.strictObject({ validationId: z.uuid() }),

  async load({ tx }, { validationId }) {
    const [row] = await tx.$queryRaw<ValidationRow[]>`select id, project_id, incident_id, run_id, status, results, started_at, deadline, version from validation where id = ${validationId}::uuid for update`
    if (!row) throw new Fault('not_found', 'there is no such validation here')
    return { subject: row, scope: { projectId: row.project_id } }
  },

  async run({ tx, now }, { validationId }, row) {
    const nothing = { result: { status: row.status }, events: [] }
    if (row.status === 'done' || now < row.started_at) return nothing
    const observed = await loadSamples(tx, row.results.map((target) => target.targetId), row.started_at, row.deadline)
    const baselines = await loadBaselines(tx, row.results.flatMap((target) => target.baselineId ?? []))
    const results = row.results.map((target) => ({ ...target, metrics: judgeNewest(baselines.get(target.baselineId ?? '') ?? [], observed.get(target.targetId) ?? []) }))
    const { done, verdict } = settle(results, now >= row.deadline)
    if (!done && !isNews(row.results, results)) return nothing

    const { count } = await tx.validation.updateMany({
      where: { id: row.id, version: row.version, status: 'measuring' },
      data: { results: results as never, status: done ? 'done' : 'measuring', verdict, finishedAt: done ? now : null, version: { increment: 1 } },
    })
    if (count === 0) throw new Fault('conflict', 'somebody judged this validation first')
    const about = { subject: row.run_id, version: row.version + 1, incidentId: row.incident_id, data: { validationId, verdict } }
    const events: EventDraft[] = [{ name: done ? 'validation.finished' : 'validation.advanced', ...about }]
    const decisive = results.flatMap((target) => target.metrics.filter((metric) => metric.verdict === verdict).map((metric) => `${target.service} in ${target.region}, ${metric.name}: ${metric.because}`))
    return {
      result: { status: done ? ('done' as const) : ('measuring' as const) },
      events,
      record: { subjectKind: 'run', subjectId: row.run_id, incidentId: row.incident_id, payload: { verdict, ...(done ? { because: decisive } : {}) } },
    }
  },
})
