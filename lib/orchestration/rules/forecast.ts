import type { PlanDocument, RegionFacts } from '../model.ts'
import type { ForecastView } from '../view.ts'
import { drawCourses } from './draw-forecast.ts'
import { networkOf } from './simulate.ts'
import type { Recorded } from './step-durations.ts'
import { fixedMs, spreads } from './step-durations.ts'

/** 400 draws for plans of up to 5,000 steps, then fewer, down to 100 from 20,000 on. */
const effort = { draws: 400, work: 2_000_000 }

/**
 * How long the plan will take, by simulation: each step's duration is drawn from what was recorded for its kind, service and
 * region (or wider, or the prior), and steps wait for each other and for a free hand of their region. Draws are independent of
 * each other: a slow day on which everything is slow is not in it, and makes the real range somewhat wider. Seeded by the
 * plan's hash, so that the same plan says the same.
 */
export function forecast(plan: PlanDocument, regions: readonly Pick<RegionFacts, 'name' | 'rtoSeconds' | 'maxParallel'>[], recorded: Recorded, seed: string): ForecastView {
  const { names, regionOf } = regionsOf(plan)
  const courses = drawCourses(networkOf(plan, regions, recorded), regionOf, seed, null, effort)
  const rto = new Map(regions.map((region) => [region.name, region.rtoSeconds]))
  return {
    p50Ms: Math.round(courses.whole.p50),
    p90Ms: Math.round(courses.whole.p90),
    regions: courses.regions.map(({ p50, p90 }, index) => ({ region: names[index] as string, p50Ms: Math.round(p50), p90Ms: Math.round(p90), rtoSeconds: rto.get(names[index] as string) ?? 0 })),
    steps: plan.steps.map(({ key }, step) => ({ key, startMs: Math.round(courses.begins[step] as number), endMs: Math.round(courses.ends[step] as number) })),
    critical: courses.critical.map((step) => plan.steps[step]?.key ?? ''),
    basis: basisOf(plan, recorded, courses.draws),
  }
}

/** The regions of a plan in the order in which it comes to them, and each step's position among them; -1 where it has none. */
export function regionsOf(plan: PlanDocument): { names: string[]; regionOf: Int32Array } {
  const names = [...new Set(plan.steps.flatMap((step) => step.region ?? []))]
  const at = new Map(names.map((name, index) => [name, index]))
  return { names, regionOf: Int32Array.from(plan.steps, (step) => at.get(step.region ?? '') ?? -1) }
}

const people = new Set(['approve', 'manual'])

function basisOf(plan: PlanDocument, recorded: Recorded, draws: number): string {
  const known = spreads(recorded)
  const kinds = new Map(plan.steps.filter((step) => fixedMs(step) === null).map((step) => [`${step.kind}:${step.service ?? ''}`, step]))
  const often = [...kinds.values()].filter(known.isRecorded).length
  const from = often === kinds.size ? 'from recorded runs of these very steps' : often === 0 ? 'a stated guess: none of these steps was recorded often enough' : `recorded runs for ${often} of ${kinds.size} kinds of step, a stated guess for the rest`
  const waits = [...kinds.values()].some((step) => people.has(step.kind)) ? '; how long people take is a guess' : ''
  return `${from}${waits}${draws < effort.draws ? `; ${draws} draws instead of ${effort.draws}, as the plan is large` : ''}`
}
