import type { RunView, StepStatus, StepView } from '#lib/orchestration/view.ts'

/** A step as a block on the time axis; left and width are shares of the axis (0–1). */
export interface Block {
  step: StepView
  left: number
  width: number
  lane: number
  open: boolean
}

export interface Row {
  region: string
  lanes: number
  blocks: Block[]
  /** What is still expected: from now (or the last end) until P90, with P50 marked; null once nothing is expected. */
  expected: { left: number; width: number; p50: number | null } | null
  /** By how much P90 is exceeded, or null. */
  lateMs: number | null
  rto: number | null
}

export interface Layout {
  from: number
  to: number
  now: number | null
  ticks: { at: number; left: number }[]
  rows: Row[]
}

const over: readonly StepStatus[] = ['succeeded', 'skipped']
const ticksWanted = 5
const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000)

/**
 * Regions as rows on one shared axis. The axis reaches as far as what happened and what is forecast, and to an RTO only
 * where that is near: a limit of ten minutes must not squeeze a run of twenty seconds into a dot.
 */
export function layOutRun(run: Pick<RunView, 'startedAt' | 'finishedAt' | 'forecast' | 'regions' | 'status'>, now: number): Layout | null {
  if (!run.startedAt) return null
  const from = Date.parse(run.startedAt)
  const live = run.finishedAt === null
  const end = run.finishedAt ? Date.parse(run.finishedAt) : Math.max(now, from)
  const needed = Math.max(end, live ? from + run.forecast.p90Ms : 0, from + 1000)
  const limits = run.regions.map((region) => from + region.rtoSeconds * 1000).filter((limit) => limit > from && limit - from <= (needed - from) * 1.4)
  const to = from + (Math.max(needed, ...limits) - from) * 1.04
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)))
  return {
    from,
    to,
    now: live ? share(now) : null,
    ticks: ticksOf(from, to).map((at) => ({ at, left: share(at) })),
    rows: run.regions.map((region) => {
      const blocks = inLanes(region.steps.filter((step) => step.startedAt).map((step) => blockOf(step, end, share)))
      const forecast = run.forecast.regions.find((one) => one.region === region.name)
      const unfinished = region.steps.some((step) => !over.includes(step.status))
      const p90 = from + (forecast?.p90Ms ?? 0)
      const p50 = from + (forecast?.p50Ms ?? 0)
      const expected = live && unfinished && forecast && p90 > end ? { left: share(end), width: share(p90) - share(end), p50: p50 > end ? share(p50) : null } : null
      const limit = from + region.rtoSeconds * 1000
      return {
        region: region.name,
        lanes: Math.max(1, ...blocks.map((block) => block.lane + 1)),
        blocks,
        expected,
        lateMs: live && unfinished && forecast && end > p90 ? end - p90 : null,
        rto: limit > from && limit <= to ? share(limit) : null,
      }
    }),
  }
}

function blockOf(step: StepView, end: number, share: (at: number) => number): Omit<Block, 'lane'> {
  const start = Date.parse(step.startedAt ?? '')
  const stop = step.finishedAt ? Date.parse(step.finishedAt) : end
  return { step, left: share(start), width: Math.max(0, share(stop) - share(start)), open: step.finishedAt === null }
}

/** Steps that overlap go below each other, each in the first lane that is free. */
function inLanes(blocks: readonly Omit<Block, 'lane'>[]): Block[] {
  const free: number[] = []
  return [...blocks]
    .sort((a, b) => a.left - b.left)
    .map((block) => {
      const found = free.findIndex((until) => until <= block.left + 1e-9)
      const lane = found < 0 ? free.length : found
      free[lane] = block.left + block.width
      return { ...block, lane }
    })
}

/** About six marks at round distances. */
function ticksOf(from: number, to: number): number[] {
  const step = nice.find((one) => (to - from) / one <= ticksWanted) ?? 7_200_000
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step)
}
