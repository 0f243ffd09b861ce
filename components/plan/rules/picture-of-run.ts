import type { RunView, StepView } from '#lib/orchestration/view.ts'
import { criticalPath } from './edges-to-draw.ts'
import { layersOf } from './layers.ts'
import type { Picture, PicturedLane, PicturedStep } from './picture.ts'
import { framedGroup, isCareful, laneNames, nearLimits } from './picture.ts'

type Shown = Pick<RunView, 'startedAt' | 'finishedAt' | 'status' | 'forecast' | 'live' | 'groups' | 'regions'>

/**
 * A run over time: what happened as wide as it took, what is at work up to `now` and as far as it is expected, the rest
 * where it is expected from here. Null before it starts. What never began is left out once the run is over.
 */
export function pictureOfRun(run: Shown, now: number): Picture | null {
  if (!run.startedAt) return null
  const originMs = Date.parse(run.startedAt)
  const nowMs = run.finishedAt ? null : Math.max(0, now - originMs)
  const all = run.regions.flatMap((region) => region.steps)
  const expected = expectations(run, originMs)
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) - originMs : (nowMs ?? 0)
  const ends = new Map<string, number>()
  // In order of what waits for what: a step's place depends on the ends of those before it, in other regions too.
  const steps = layersOf(all).flat().flatMap((step): PicturedStep[] => {
    const when = step.startedAt ? happened(step, originMs, endMs, nowMs, expected) : nowMs === null ? null : isAsked(step) ? asked(step, nowMs, expected, ends) : yetToCome(step, nowMs, expected, ends)
    if (!when) return []
    ends.set(step.key, when.endMs)
    return [{
      key: step.key, lane: step.region, row: step.service, group: framedGroup(step.role, step.group), after: step.after, ...when,
      role: step.role, stepKind: step.stepKind, service: step.service, state: step.startedAt || isAsked(step) ? step.status : 'forecast', careful: isCareful(step),
    }]
  })
  const lanes = laneNames(run.regions.map(laneOfRegion), steps).map((name) => laneOf(run, name, originMs, nowMs !== null))
  const neededMs = Math.max(endMs, ...lanes.map((lane) => lane.p90Ms ?? 0))
  return { steps, lanes, groups: run.groups, critical: criticalPath(steps, run.live?.critical ?? run.forecast.critical), untilMs: nearLimits(neededMs * 1.02, lanes), originMs, nowMs }
}

/** The lane of a row of a run: its region, or the command center's, whatever that is called. */
export const laneOfRegion = ({ name, steps }: Pick<RunView['regions'][number], 'name' | 'steps'>): string => (steps.length > 0 && steps.every((step) => step.region === '') ? '' : name)

type Times = { startMs: number; endMs: number }

/** When each step is expected: as it looks now, else as the plan had it. */
function expectations({ live, forecast }: Shown, originMs: number): Map<string, Times> {
  if (live) return new Map(live.steps.map(({ key, startAt, endAt }) => [key, { startMs: Date.parse(startAt) - originMs, endMs: Date.parse(endAt) - originMs }]))
  return new Map(forecast.steps.map(({ key, startMs, endMs }) => [key, { startMs, endMs }]))
}

const lengthOf = (times: Times | undefined): number => (times ? Math.max(0, times.endMs - times.startMs) : 0)

function happened(step: StepView, originMs: number, endMs: number, nowMs: number | null, expected: ReadonlyMap<string, Times>): Times & { nowMs: number | null } {
  const startMs = Math.max(0, Date.parse(step.startedAt ?? '') - originMs)
  if (step.finishedAt) return { startMs, endMs: Math.max(startMs, Date.parse(step.finishedAt) - originMs), nowMs: null }
  const soFar = Math.max(startMs, nowMs ?? endMs)
  const until = step.status === 'leased' && nowMs !== null ? startMs + lengthOf(expected.get(step.key)) : soFar
  return { startMs, endMs: Math.max(soFar, until), nowMs: until > soFar ? soFar : null }
}

/** The command center's own step is at work as soon as it is ready: it waits for a person, or for a time. */
const isAsked = (step: StepView): boolean => step.region === '' && step.status === 'ready'

const readyAt = (step: StepView, ends: ReadonlyMap<string, number>): number => step.after.reduce((latest, key) => Math.max(latest, ends.get(key) ?? 0), 0)

function asked(step: StepView, nowMs: number, expected: ReadonlyMap<string, Times>, ends: ReadonlyMap<string, number>): Times & { nowMs: number | null } {
  const startMs = Math.min(nowMs, readyAt(step, ends))
  const until = startMs + lengthOf(expected.get(step.key))
  return { startMs, endMs: Math.max(nowMs, until), nowMs: until > nowMs ? nowMs : null }
}

/** Never before now, and never before what it waits for: time that was lost is not made up by a forecast of before. */
function yetToCome(step: StepView, nowMs: number, expected: ReadonlyMap<string, Times>, ends: ReadonlyMap<string, number>): (Times & { nowMs: null }) | null {
  const times = expected.get(step.key)
  if (!times || step.status === 'skipped') return null
  const startMs = Math.max(nowMs, times.startMs, readyAt(step, ends))
  return { startMs, endMs: startMs + lengthOf(times), nowMs: null }
}

function laneOf(run: Shown, name: string, originMs: number, open: boolean): PicturedLane {
  const region = run.regions.find((one) => laneOfRegion(one) === name)
  const live = run.live?.regions.find((one) => one.region === name)
  const first = run.forecast.regions.find((one) => one.region === name)
  const since = (at: string | null): number | null => (at === null ? null : Date.parse(at) - originMs)
  const expects = open && region?.status !== 'done'
  return {
    name,
    p50Ms: !expects ? null : live ? since(live.p50At) : (first?.p50Ms ?? null),
    p90Ms: !expects ? null : live ? since(live.p90At) : (first?.p90Ms ?? null),
    rtoMs: live ? since(live.rtoAt) : region && region.rtoSeconds > 0 ? region.rtoSeconds * 1000 : null,
  }
}
