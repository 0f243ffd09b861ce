import type { PlanDocument, RegionFacts } from '../model.ts'
import type { ForecastView } from '../view.ts'

/** Median and spread of steps that were never run, in milliseconds: a stated guess, shown as such. */
export const prior: Record<string, { median: number; sigma: number }> = {
  snapshot: { median: 600, sigma: 0.5 },
  stage: { median: 800, sigma: 0.6 },
  deploy: { median: 12_000, sigma: 0.45 },
  verify: { median: 2_500, sigma: 0.5 },
}
const otherwise = { median: 10_000, sigma: 0.7 }

/** Fewer recorded runs of a step than this are mixed with the prior. */
const enough = 5
const draws = 400
/** Between two steps, in milliseconds. */
const handOver = 40

/**
 * How long the plan will take, by simulation: each step's duration is drawn from what was recorded for its kind and
 * service (or the prior, log-normal), and a step starts when the last of those before it ends. Seeded by the plan's
 * hash, so that the same plan says the same.
 */
export function forecast(plan: PlanDocument, regions: readonly RegionFacts[], recorded: Readonly<Record<string, readonly number[]>>, seed: string): ForecastView {
  const random = generator(seed)
  const names = [...new Set(plan.steps.flatMap((step) => step.region ?? []))]
  const ends: number[] = []
  const byRegion = new Map<string, number[]>(names.map((name) => [name, []]))
  const begins = new Map<string, number[]>()
  const finishes = new Map<string, number[]>()
  for (let draw = 0; draw < draws; draw++) {
    const endOf = new Map<string, number>()
    for (const step of plan.steps) {
      const start = Math.max(0, ...step.after.map((key) => endOf.get(key) ?? 0))
      const end = start + handOver + duration(step.kind, recorded[`${step.kind}:${step.service}`] ?? [], random)
      endOf.set(step.key, end)
      begins.set(step.key, [...(begins.get(step.key) ?? []), start])
      finishes.set(step.key, [...(finishes.get(step.key) ?? []), end])
    }
    ends.push(Math.max(...endOf.values()))
    for (const name of names) byRegion.get(name)?.push(Math.max(...plan.steps.filter((step) => step.region === name).map((step) => endOf.get(step.key) ?? 0)))
  }
  const kinds = [...new Set(plan.steps.map((step) => `${step.kind}:${step.service}`))]
  const known = kinds.filter((kind) => (recorded[kind] ?? []).length >= enough).length
  return {
    p50Ms: quantile(ends, 0.5),
    p90Ms: quantile(ends, 0.9),
    regions: names.map((name) => ({ region: name, p50Ms: quantile(byRegion.get(name) ?? [], 0.5), p90Ms: quantile(byRegion.get(name) ?? [], 0.9), rtoSeconds: regions.find((region) => region.name === name)?.rtoSeconds ?? 0 })),
    steps: plan.steps.map(({ key }) => ({ key, startMs: quantile(begins.get(key) ?? [], 0.5), endMs: quantile(finishes.get(key) ?? [], 0.5) })),
    critical: [],
    basis: known === kinds.length ? 'from recorded runs of these very steps' : known === 0 ? 'a stated guess: none of these steps was recorded often enough' : `recorded runs for ${known} of ${kinds.length} kinds of step, a stated guess for the rest`,
  }
}

function duration(kind: string, recorded: readonly number[], random: () => number): number {
  if (recorded.length > 0 && (recorded.length >= enough || random() < recorded.length / enough)) return recorded[Math.floor(random() * recorded.length)] as number
  const { median, sigma } = prior[kind] ?? otherwise
  // Box–Muller: a standard normal from two uniforms.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(sigma * normal)
}

/** The smallest value that at least a share `q` of the draws does not exceed, whole milliseconds. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0)
}

/** mulberry32, seeded by the first digits of the hash: repeatable, and good enough for durations. */
function generator(seed: string): () => number {
  let state = parseInt(seed.replace(/^sha256:/, '').slice(0, 8), 16) || 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
