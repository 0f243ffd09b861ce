import type { PlanDocument } from '../model.ts'
import { isCenterKind } from '../model.ts'
import type { LiveForecastView, StepStatus } from '../view.ts'
import { drawCourses } from './draw-forecast.ts'
import { regionsOf } from './forecast.ts'
import { about } from './in-words.ts'
import type { Progress } from './simulate.ts'
import { networkOf } from './simulate.ts'
import type { Recorded } from './step-durations.ts'

export interface StepSoFar {
  key: string
  status: StepStatus
  readyAt: Date | null
  startedAt: Date | null
  finishedAt: Date | null
}

export interface RunSoFar {
  status: 'running' | 'paused'
  purpose: 'rollback' | 'deployment'
  startedAt: Date
  /** From when on the regions' RTO counts: the opening of the incident that it is for, else its own start. A customer waits since then, whoever decided when. */
  rtoFrom: Date
  steps: readonly StepSoFar[]
}

/** 400 draws for plans of up to 500 steps, then fewer, down to 100 from 2,000 on: it is reckoned anew every few seconds. */
const effort = { draws: 400, work: 200_000 }
/** As of which moments it is reckoned where nothing happens: screens are told again only when that changes. */
const gridMs = 2_000

/**
 * When a run at work is over. What is done counts as it was; what is at work takes at least as long as it has; the rest is
 * drawn as in the forecast of its plan, with the same luck. Where nothing moves by itself (the run is paused, somebody has to
 * decide) there is no time to give, and none is invented. `now` is rounded down to two seconds, unless something is newer.
 */
export function forecastLive(plan: PlanDocument, regions: readonly { name: string; rtoSeconds: number; maxParallel: number }[], recorded: Recorded, seed: string, run: RunSoFar, now: Date): LiveForecastView {
  const start = run.startedAt.getTime()
  const soFar = new Map(run.steps.map((step) => [step.key, step]))
  const newest = run.steps.reduce((latest, step) => Math.max(latest, ...[step.readyAt, step.startedAt, step.finishedAt].map((at) => at?.getTime() ?? 0)), start)
  const asOf = Math.max(newest, Math.floor(now.getTime() / gridMs) * gridMs)
  const { names, regionOf } = regionsOf(plan)
  const progress = progressOf(plan, run, soFar, asOf - start, start)
  const courses = drawCourses(networkOf(plan, regions, recorded), regionOf, seed, progress, effort)
  const absolute = (ms: number): string | null => (Number.isFinite(ms) ? new Date(start + Math.round(ms)).toISOString() : null)

  const limits = new Map(regions.map((region) => [region.name, region.rtoSeconds * 1_000]))
  const rows = names.map((region, index) => {
    const { p50, p90 } = courses.regions[index] ?? { p50: 0, p90: 0 }
    const rto = run.rtoFrom.getTime() + (limits.get(region) ?? 0)
    const over = plan.steps.every((_step, step) => regionOf[step] !== index || !Number.isNaN(progress.over[step] as number))
    const late = (Number.isFinite(p90) ? start + p90 : asOf) > rto
    return { region, p50At: absolute(p50), p90At: absolute(p90), rtoAt: new Date(rto).toISOString(), doneAt: over ? absolute(p90) : null, alarm: run.purpose === 'rollback' && !over && late }
  })
  const alarming = rows.filter((row) => row.alarm)
  return {
    at: new Date(asOf).toISOString(),
    p50At: absolute(courses.whole.p50),
    p90At: absolute(courses.whole.p90),
    regions: rows,
    steps: plan.steps.flatMap(({ key }, step) => {
      const [startAt, endAt] = [absolute(courses.begins[step] as number), absolute(courses.ends[step] as number)]
      return startAt && endAt ? [{ key, startAt, endAt }] : []
    }),
    critical: courses.critical.map((step) => plan.steps[step]?.key ?? ''),
    alarm: alarming.length > 0 ? alarming.map((row) => alarmOf(row, asOf)).join('; ') : null,
  }
}

/** What is to be said of a region whose RTO may be missed, as of a moment in milliseconds. */
export function alarmOf({ region, p90At, rtoAt }: LiveForecastView['regions'][number], asOf: number): string {
  if (p90At === null) return `the RTO of ${region} has passed, and it does not go on by itself`
  const late = about(Date.parse(p90At) - Date.parse(rtoAt))
  return asOf > Date.parse(rtoAt) ? `the RTO of ${region} has passed, and it may take until ${late} after it` : `${region} may be restored only ${late} after its RTO`
}

const isOver = (step: StepSoFar | undefined): step is StepSoFar & { finishedAt: Date } => (step?.status === 'succeeded' || step?.status === 'skipped') && step.finishedAt !== null
const needsSomebody: readonly StepStatus[] = ['failed', 'indeterminate', 'cancelled']

function progressOf(plan: PlanDocument, run: RunSoFar, soFar: ReadonlyMap<string, StepSoFar>, now: number, start: number): Progress {
  const progress: Progress = { now, begun: new Float64Array(plan.steps.length).fill(NaN), over: new Float64Array(plan.steps.length).fill(NaN), held: new Uint8Array(plan.steps.length) }
  for (const [index, step] of plan.steps.entries()) {
    const known = soFar.get(step.key)
    const begunAt = beginOf(known, isCenterKind(step.kind))
    if (isOver(known)) {
      progress.over[index] = known.finishedAt.getTime() - start
      progress.begun[index] = (begunAt ?? known.finishedAt).getTime() - start
    } else if (known?.status === 'leased' || (run.status === 'running' && known?.status === 'ready' && !isAsked(step.kind))) {
      if (begunAt) progress.begun[index] = begunAt.getTime() - start
    } else {
      const asked = known?.status === 'ready' && isAsked(step.kind)
      progress.held[index] = run.status === 'paused' || asked || (known && needsSomebody.includes(known.status)) ? 1 : 0
    }
  }
  return progress
}

const isAsked = (kind: string): boolean => kind === 'approve' || kind === 'manual'

/** What the command center does begins when it may; what an agent does with its first lease, also while it waits to be repeated. */
const beginOf = (step: StepSoFar | undefined, byCenter: boolean): Date | null => step?.startedAt ?? (byCenter ? (step?.readyAt ?? null) : null)
