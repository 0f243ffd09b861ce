import type { Tx } from '#lib/platform/db.ts'
import type { PlanDocument } from '../model.ts'
import { planVersion } from '../model.ts'
import type { StepSoFar } from '../rules/forecast-live.ts'
import { alarmOf, forecastLive } from '../rules/forecast-live.ts'
import type { LiveForecastView, RunStatus } from '../view.ts'
import { lately } from './recorded.ts'

/** As much of a run as its forecast needs. */
export interface RunAtWork {
  id: string
  projectId: string
  environmentId: string
  incidentId: string | null
  purpose: 'rollback' | 'deployment'
  status: RunStatus
  startedAt: Date | null
  document: PlanDocument
  hash: string
}

/** The forecast of a run from what has happened so far; null before it starts, after it ends, and for plans of an older form. */
export async function liveForecast(tx: Tx, run: RunAtWork, now: Date): Promise<LiveForecastView | null> {
  const { startedAt, document, status } = run
  if (!startedAt || (status !== 'running' && status !== 'paused') || document.v !== planVersion) return null
  const steps = await tx.$queryRaw<StepSoFar[]>`
    select key, status, ready_at as "readyAt", started_at as "startedAt", finished_at as "finishedAt" from step where run_id = ${run.id}::uuid order by position`
  const regions = await tx.region.findMany({ where: { projectId: run.projectId }, select: { name: true, rtoSeconds: true, maxParallel: true } })
  const incident = run.incidentId ? await tx.incident.findUnique({ where: { id: run.incidentId }, select: { openedAt: true } }) : null
  const recorded = await lately(tx, run.projectId, run.environmentId)
  return forecastLive(document, regions, recorded, run.hash, { status, purpose: run.purpose, startedAt, rtoFrom: incident?.openedAt ?? startedAt, steps }, now)
}

/** A region whose RTO a run may miss. */
export interface Alarm {
  runId: string
  region: string
  rtoAt: string
  p90At: string | null
  sentence: string
}

/** Rollbacks at work whose forecast passes a region's RTO, where that was not said before. */
export async function alarmingForecasts(tx: Tx, now: Date): Promise<Alarm[]> {
  const runs = await tx.run.findMany({ where: { status: { in: ['running', 'paused'] }, plan: { purpose: 'rollback' } }, include: { plan: true } })
  const said = await tx.forecastAlarm.findMany({ where: { runId: { in: runs.map((run) => run.id) } } })
  const saidOf = Map.groupBy(said, (one) => one.runId)
  const alarms: Alarm[] = []
  for (const { plan, ...run } of runs) {
    const before = new Set(saidOf.get(run.id)?.map((one) => one.region))
    const document = plan.document as unknown as PlanDocument
    if (document.steps.every((step) => step.region === null || before.has(step.region))) continue
    const live = await liveForecast(tx, { ...run, status: run.status as RunStatus, environmentId: plan.environmentId, purpose: 'rollback', document, hash: plan.hash }, now)
    for (const row of live?.regions ?? []) if (row.alarm && live && !before.has(row.region)) alarms.push({ runId: run.id, region: row.region, rtoAt: row.rtoAt, p90At: row.p90At, sentence: alarmOf(row, Date.parse(live.at)) })
  }
  return alarms
}
