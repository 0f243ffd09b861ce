import pg from 'pg'
import { seeded } from '#demo/random.ts'
import { until } from '#demo/stack.ts'
import type { ForecastView } from '#lib/orchestration/view.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import { startCenterAlone } from './support/center-alone.ts'
import { couldBe, coverageInWords, coverageOf } from './support/coverage.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import type { SmallFleet } from './support/small-fleet.ts'
import { fleetRegions, smallCatalog, startSmallFleet } from './support/small-fleet.ts'

/* How often a run ends before the 90th percentile of its forecast: the forecast of its plan, made before it began, from the runs before it. */

const runs = Number(process.env['BENCH_RUNS'] ?? 150)
/** The first ones are forecast from the prior, which knows nothing of so small a world. */
const learning = 20

const alone = await startCenterAlone('bench-forecast', 3770, smallCatalog)
const database = new pg.Client({ connectionString: alone.center.urls.databaseUrl })
await database.connect()
let fleet: SmallFleet | null = null
try {
  const about = await machine(alone.center.superuserUrl())
  fleet = await startSmallFleet(alone)
  const switching = heavyTailed('switching')
  const ran: { tookMs: number; forecast: ForecastView }[] = []
  for (let run = 0; run < runs; run++) {
    for (const region of fleetRegions) fleet.supervisors[region].supervisor.switchMs = switching()
    const version = fleet.versions[(run + 1) % 2]
    const { deploymentId } = await alone.pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production', soakSeconds: 1 })
    const ended = await until('a deployment has ended', 120_000, async () => {
      const now = await alone.pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
      return now.finishedAt ? now : null
    })
    if (ended.status !== 'succeeded') throw new Error(`a deployment ${ended.status}: ${ended.because}`)
    ran.push(await runOf(deploymentId))
  }
  const judged = ran.slice(learning)
  const regions = judged.length
  const p50 = coverageOf(judged.filter(({ tookMs, forecast }) => tookMs <= forecast.p50Ms).length, regions)
  const p90 = coverageOf(judged.filter(({ tookMs, forecast }) => tookMs <= forecast.p90Ms).length, regions)
  const early = ran.slice(0, learning)
  publish({
    figure: 'forecast',
    title: 'Forecast: how often it holds',
    how: `${runs} deployments of 8 steps in two regions, one after the other, by four real agents against supervisors whose switches take log-normally long (median 60 ms, σ 0.9, one in twenty six times as long; seeded). Before each, its plan is forecast in the ordinary way, from what was recorded of the runs before it; the prior was fixed before the first. The first ${learning} are left out: of them the prior speaks, which was made for larger worlds. Judged is the run's whole duration in the database, from its start to its end.`,
    machine: about,
    rows: [
      row('ours', 'forecast: 90th percentile', 'ms', judged.map(({ forecast }) => forecast.p90Ms)),
      row('ours', 'forecast: median', 'ms', judged.map(({ forecast }) => forecast.p50Ms)),
      row('floor', 'what the runs took', 'ms', judged.map(({ tookMs }) => tookMs)),
      row('ours', '90th percentile beside what the run took', '×', judged.map(({ tookMs, forecast }) => forecast.p90Ms / tookMs)),
    ],
    aims: [
      { sentence: `the 90th percentile covers about 90 % of at least 100 runs: ${coverageInWords(p90)}`, met: regions >= 100 && couldBe(p90, 0.9) },
      { sentence: `the median covers about half: ${coverageInWords(p50)}`, met: regions >= 100 && couldBe(p50, 0.5) },
    ],
    notes: [`Of the first ${learning} runs, ${early.filter(({ tookMs, forecast }) => tookMs <= forecast.p90Ms).length} ended before their 90th percentile.`],
  })
} finally {
  await fleet?.stop()
  await database.end()
  await alone.stop()
}
process.exit(0)

async function runOf(deploymentId: string): Promise<{ tookMs: number; forecast: ForecastView }> {
  const { rows: [run] } = await database.query<{ took_ms: number; forecast: ForecastView }>(
    'select extract(epoch from r.finished_at - r.started_at)::float8 * 1000 as took_ms, p.forecast from deployment d join run r on r.id = d.run_id join plan p on p.id = r.plan_id where d.id = $1',
    [deploymentId],
  )
  if (!run) throw new Error('the run is not in the database')
  return { tookMs: run.took_ms, forecast: run.forecast }
}

/** Durations in milliseconds as they are in the world: mostly alike, sometimes much longer. */
function heavyTailed(name: string): () => number {
  const random = seeded(name)
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.min(4_000, 60 * Math.exp(0.9 * normal) * (random() < 0.05 ? 6 : 1))
  }
}
