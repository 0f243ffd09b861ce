import { createHash } from 'node:crypto'
import type { ReleaseFacts, Situation, TargetFacts } from '#lib/orchestration/model.ts'
import { forecast } from '#lib/orchestration/rules/forecast.ts'
import { hashPlan } from '#lib/orchestration/rules/hash-plan.ts'
import { planMoves } from '#lib/orchestration/rules/plan-moves.ts'
import type { Recorded } from '#lib/orchestration/rules/step-durations.ts'
import { verifyPlan } from '#lib/orchestration/rules/verify-plan.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import { exactNow } from './support/clock.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'

/* How long it takes to plan, prove and forecast a rollback of everything at once, by size. */

const sizes = [20, 50, 100, 200, 500]
const regionNames = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)

const times = sizes.map((services) => ({ services, plan: [] as number[], proof: [] as number[], forecast: [] as number[], whole: [] as number[], floor: [] as number[], steps: 0, edges: 0 }))
// One after the other in turns, so that a slow minute of the machine is everybody's; the first turn only warms up.
for (let round = 0; round <= rounds; round++) for (const one of times) measure(one, round > 0)

const exponent = slope(times.map((one) => [one.services, middle(one.whole)]))
const floorExponent = slope(times.map((one) => [one.services, middle(one.floor)]))
const largest = times.at(-1)
publish({
  figure: 'planning',
  title: 'Planning by size',
  how: `A rollback of every service in all of ${regionNames.length} regions: each calls up to three others in its region, every fifth contract changed so that order matters, a capacity limit a region, 100 recorded durations a step. Planned, proven by the verifier and forecast, ${rounds} times each in turns, in one process. The floor is to parse and hash the same document.`,
  machine: await machine(null),
  rows: times.flatMap((one) => [
    row('ours', `${one.services} services × ${regionNames.length}: whole (${one.steps.toLocaleString('en-GB')} steps, ${one.edges.toLocaleString('en-GB')} edges)`, 'ms', one.whole),
    row('ours', `… planned`, 'ms', one.plan),
    row('ours', `… proven`, 'ms', one.proof),
    row('ours', `… forecast`, 'ms', one.forecast),
    row('floor', `the document of ${one.services} services parsed and hashed`, 'ms', one.floor),
  ]),
  aims: [{ sentence: `500 services × 6 regions planned, proven and forecast in under 2 s: ${Math.round(middle(largest?.whole ?? []))} ms`, met: middle(largest?.whole ?? []) < 2_000 }],
  notes: [`The time grows with the ${exponent.toFixed(2)}th power of the number of services (least squares on logarithms), the floor with the ${floorExponent.toFixed(2)}th.`],
})

function measure(one: (typeof times)[number], counts: boolean): void {
  const world = company(one.services)
  const from = exactNow()
  const result = planMoves(world)
  if (!result.ok) throw new Error(`${one.services} services: ${result.because}`)
  const planned = exactNow()
  const proof = verifyPlan(result.document, world)
  if (!proof.holds) throw new Error(`${one.services} services: ${proof.because}`)
  const proven = exactNow()
  forecast(result.document, world.regions, recordedOf(world), hashPlan(result.document))
  const ended = exactNow()
  const text = JSON.stringify(result.document)
  const floorFrom = exactNow()
  JSON.parse(text)
  createHash('sha256').update(text).digest('hex')
  const floor = exactNow() - floorFrom
  if (!counts) return
  one.steps = result.document.steps.length
  one.edges = result.document.edges.length
  one.plan.push(planned - from)
  one.proof.push(proven - planned)
  one.forecast.push(ended - proven)
  one.whole.push(ended - from)
  one.floor.push(floor)
}

/** A company of so many services, in layers: each calls three that come before it, and every fifth changed its contract. */
function company(services: number): Situation {
  const name = (n: number): string => `s${String(n).padStart(3, '0')}`
  const versions = Array.from({ length: services }, (_, n): { old: ReleaseFacts; good: ReleaseFacts } => {
    const changed = n % 5 === 0
    const called = [1, 7, 13].flatMap((back) => (n - back >= 0 ? [n - back] : []))
    const calls = (next: boolean) => called.map((other) => ({ contract: `${name(other)}-api`, range: other % 5 === 0 && next ? '^1.1.0' : '^1.0.0', scope: 'region' as const }))
    return {
      old: release(name(n), '2.0.0', { offers: [{ contract: `${name(n)}-api`, version: changed ? '1.1.0' : '1.0.0' }], calls: calls(true) }),
      good: release(name(n), '1.0.0', { offers: [{ contract: `${name(n)}-api`, version: '1.0.0' }], calls: calls(false) }),
    }
  })
  const targets: TargetFacts[] = versions.flatMap(({ old, good }, n) => regionNames.map((region) => target(name(n), region, [old], good, { instances: 3, minUp: 1 })))
  return situation(targets, {
    regions: regionNames.map((region, n) => ({ name: region, rtoSeconds: 3_600, trafficShare: (n + 1) / 21, kinds: null, maxParallel: 8 })),
    limits: regionNames.map((region) => ({ name: `capacity of ${region}`, kind: 'capacity', mayBeOut: Math.max(4, services / 4), members: targets.filter((one) => one.region === region).map((one) => ({ targetId: one.targetId, weight: 3 })) })),
  })
}

function recordedOf(world: Situation): Recorded {
  const steps: Record<string, number[]> = {}
  for (const { service, region } of world.targets) {
    for (const [n, kind] of ['stage', 'deploy', 'verify'].entries()) steps[`${kind}:${service}:${region}`] = Array.from({ length: 100 }, (_, one) => 500 + ((one * 7_919 + n * 31) % 2_000))
  }
  return { steps, handOver: [30, 40, 50, 60, 70], hands: Object.fromEntries(regionNames.map((region) => [region, 8])) }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** The exponent of a power law through these points. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const)
  const mean = (at: 0 | 1): number => logs.reduce((sum, one) => sum + one[at], 0) / logs.length
  const [mx, my] = [mean(0), mean(1)]
  return logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
}
