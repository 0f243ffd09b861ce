import type { PlanView } from '#lib/orchestration/view.ts'
import { criticalPath } from './edges-to-draw.ts'
import type { Picture } from './picture.ts'
import { framedGroup, isCareful, laneNames, nearLimits } from './picture.ts'

/** A plan over time, from its start: all of it is forecast. */
export function pictureOfPlan(plan: Pick<PlanView, 'steps' | 'groups' | 'forecast' | 'moves'>): Picture {
  const { forecast } = plan
  const when = new Map(forecast.steps.map((step) => [step.key, step]))
  const steps = plan.steps.map((step): Picture['steps'][number] => ({
    key: step.key, lane: step.region, row: step.service, group: framedGroup(step.role, step.group), after: step.after, startMs: when.get(step.key)?.startMs ?? 0, endMs: when.get(step.key)?.endMs ?? 0,
    role: step.role, stepKind: step.stepKind, service: step.service, state: 'forecast', nowMs: null, careful: isCareful(step),
  }))
  const regions = new Map(forecast.regions.map((region) => [region.region, region]))
  // In the order in which the regions move, which is the order in which they are read.
  const lanes = laneNames([...new Set(plan.moves.map((move) => move.region))], steps).map((name) => {
    const region = regions.get(name)
    return { name, p50Ms: region?.p50Ms ?? null, p90Ms: region?.p90Ms ?? null, rtoMs: region && region.rtoSeconds > 0 ? region.rtoSeconds * 1000 : null }
  })
  return { steps, lanes, groups: plan.groups, critical: criticalPath(steps, forecast.critical), untilMs: nearLimits(forecast.p90Ms * 1.02, lanes), originMs: null, nowMs: null }
}
