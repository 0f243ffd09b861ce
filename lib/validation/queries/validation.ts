import type { Tx } from '#lib/platform/db.ts'
import type { TargetResult } from '../model.ts'
import { overall } from '../rules/judge.ts'
import type { ValidationView, Verdict } from '../view.ts'

/** The validation of a run that is over, as screens show it, or null where none was begun. While it measures, what is not decided has no verdict yet. */
export async function presentValidation(tx: Tx, runId: string): Promise<ValidationView | null> {
  const row = await tx.validation.findFirst({ where: { runId, stepId: null } })
  if (!row) return null
  const measuring = row.status === 'measuring'
  const shown = (verdict: Verdict): Verdict | null => (measuring && verdict === 'no data' ? null : verdict)
  return {
    id: row.id,
    status: row.status as ValidationView['status'],
    verdict: row.verdict as Verdict | null,
    startedAt: row.startedAt.toISOString(),
    deadline: row.deadline.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    targets: (row.results as unknown as TargetResult[]).map(({ service, region, metrics }) => ({
      service,
      region,
      verdict: shown(overall(metrics.map((metric) => metric.verdict))),
      metrics: metrics.map(({ name, unit, verdict, baselineMedian, observedMedian, baselineSamples, observedSamples, effect, p, because }) => ({
        name, unit, verdict: shown(verdict), baselineMedian, observedMedian, baselineSamples, observedSamples, effect, p, because,
      })),
    })),
  }
}
