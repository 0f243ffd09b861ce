import { createHash } from 'node:crypto'
import pg from 'pg'
import { accounts } from '#demo/harbor.ts'
import { until } from '#demo/stack.ts'
import type { PlanView } from '#lib/orchestration/view.ts'
import type { Child } from './support/child.ts'
import { startChild } from './support/child.ts'
import { startCenterAlone } from './support/center-alone.ts'
import type { CountingProxy } from './support/counting-proxy.ts'
import { startCountingProxy } from './support/counting-proxy.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { scratchDatabase } from './support/scratch-database.ts'

/* A rollback of 1,000 steps and 50 agents, from its start to its end: how many steps a second, and what each costs the database. */

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 2)
const agentCount = 50
const regionNames = ['eu', 'us', 'ap', 'sa']
const services = Array.from({ length: Number(process.env['BENCH_SERVICES'] ?? 83) }, (_, index) => `s${String(index + 1).padStart(3, '0')}`)
// What a rollback left is in quarantine: every round goes to a version of its own.
const versions = Array.from({ length: rounds + 1 }, (_, round) => `1.${round}.0`)
const digestOf = (version: string): string => `sha256:${createHash('sha256').update(version).digest('hex')}`

const catalog = {
  teams: [{ slug: 'all', name: 'All' }],
  environments: [{ name: 'production', kind: 'real' }],
  regions: regionNames.map((name, index) => ({ name, jurisdiction: 'CH', rtoSeconds: 3_600, trafficShare: (index + 1) / 10, maxParallel: 64 })),
  services: services.map((name) => ({ name, team: 'all', tier: 2, dataClass: 'internal' })),
  targets: services.flatMap((service) => regionNames.map((region) => ({ service, environment: 'production', region, instances: 1, minUp: 0 }))),
}

let proxy: CountingProxy | undefined
const alone = await startCenterAlone('bench-engine', 3760, catalog, async (databaseUrl) => (proxy = await startCountingProxy(databaseUrl)).url)
const counting = proxy as CountingProxy
let agents: Child | null = null
const floor = await startChild('reference/round-trip.ts', [await scratchDatabase(alone.center.superuserUrl(), 'round_trip')])
try {
  const about = await machine(alone.center.superuserUrl())
  const { pipeline, center } = alone
  for (const service of services) for (const version of versions) await pipeline.send('POST', '/api/v1/releases', { service, version, digest: digestOf(version), url: `http://127.0.0.1:9/${version}` })
  const places = await Promise.all(Array.from({ length: agentCount }, async (_, index) => {
    const region = regionNames[index % regionNames.length] as string
    const { token } = await pipeline.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'production', region })
    return { name: `${region}-${index}`, region, token }
  }))
  agents = await startChild('support/light-agents.ts')
  await agents.ask({ order: { server: center.url, agents: places, services, digest: digestOf('1.0.0'), version: '1.0.0' } })
  for (const service of services) await until(`${service} is seen`, 60_000, () => pipeline.send('POST', '/api/v1/targets/adopt', { environment: 'production', service, version: '1.0.0', reason: 'a beginning' }).then(() => true))
  const [casey, omar, priya, tomas] = await Promise.all(['casey', 'omar', 'priya', 'tomas'].map((name) => alone.as(name)))
  if (!casey || !omar || !priya || !tomas) throw new Error(`the bench needs ${accounts.length} accounts`)

  const perSecond: number[] = []
  const whole: number[] = []
  const trips: number[] = []
  const bytes: number[] = []
  const leaseBytes: number[] = []
  const planned: number[] = []
  const trip: number[] = []
  const tripUrl = await floor.ask<string>({})
  for (let round = 0; round < rounds; round++) {
    const to = versions[round + 1] as string
    const { incidentId } = await omar.send<{ incidentId: string }>('POST', '/api/v1/incidents', { title: `all of it, round ${round}`, severity: 'SEV3', environment: 'production', services })
    const asked = performance.now()
    const plan = await omar.send<{ planId: string; hash: string; because: string | null }>('POST', '/api/v1/plans', { incidentId, environment: 'production', services, toVersions: Object.fromEntries(services.map((service) => [service, to])), reason: 'a figure is made' })
    planned.push(performance.now() - asked)
    if (plan.because) throw new Error(plan.because)
    const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })
    for (const voter of [priya, tomas]) await voter.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
    await casey.send('POST', `/api/v1/seats/${incidentId}/take`, { term: 0 })
    const steps = (await casey.get<PlanView>(`/api/v1/plans/${plan.planId}`)).steps.filter((step) => step.region !== '').length
    const before = counting.read()
    const told = await agents.ask<{ steps: number; leaseBytes: number }>({})
    const { runId } = await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.planId, hash: plan.hash })
    await until('the run is over', 1_200_000, async () => {
      await new Promise((settle) => setTimeout(settle, 500))
      const [now] = await rowsOf<{ status: string; because: string | null; ms: number | null }>('select status, because, extract(epoch from finished_at - started_at)::float8 * 1000 as ms from run where id = $1', [runId])
      if (now?.status === 'paused' || now?.status === 'failed') throw new Error(`the run is ${now.status}: ${now.because}`)
      if (now?.ms) whole.push(now.ms / 1_000)
      return now?.ms
    })
    const after = counting.read()
    const done = await agents.ask<{ steps: number; leaseBytes: number }>({})
    perSecond.push(steps / (whole.at(-1) as number))
    trips.push((after.roundTrips - before.roundTrips) / steps)
    bytes.push((after.bytesIn + after.bytesOut - before.bytesIn - before.bytesOut) / steps)
    leaseBytes.push((done.leaseBytes - told.leaseBytes) / Math.max(1, done.steps - told.steps))
    for (let n = 0; n < 50; n++) {
      const from = performance.now()
      await (await fetch(tripUrl, { method: 'POST', body: JSON.stringify({ v: 1, epoch: n, outcome: 'succeeded' }) })).text()
      trip.push(performance.now() - from)
    }
    console.log(`round ${round}: ${steps} steps in ${whole.at(-1)?.toFixed(1)} s`)
  }
  publish({
    figure: 'engine',
    title: 'A thousand steps, fifty agents',
    how: `A rollback of ${services.length} services in ${regionNames.length} regions (${services.length * regionNames.length * 3} steps for agents, staged everywhere first, one region after the other), approved by two votes and started by the seat, ${rounds} times. ${agentCount} agents of the whole protocol (own keys, signed requests, leases, reports, heartbeats) in one process do each step in no time, each service watched by two of its region: what is left is the engine. Round trips and bytes are counted between server and PostgreSQL, heartbeats and dashboards included.`,
    machine: about,
    rows: [
      row('ours', 'start → end of the run', 's', whole),
      row('ours', 'steps a second', '×', perSecond),
      row('ours', 'database round trips a step', '×', trips),
      row('ours', 'bytes between server and database, a step', 'B', bytes),
      row('ours', 'bytes of a lease that an agent is sent, a step', 'B', leaseBytes),
      row('ours', 'proposing it: planned, proven, forecast, stored', 'ms', planned),
      row('floor', 'one HTTP request with one transaction, from Node to Node', 'ms', trip),
    ],
    aims: [{ sentence: `at least 50 step transitions a second are sustained: ${Math.round(Math.min(...perSecond))}`, met: Math.min(...perSecond) >= 50 }],
    notes: [],
  })
} finally {
  await agents?.stop()
  await floor.stop()
  await alone.stop()
  await counting.stop()
}
process.exit(0)

async function rowsOf<T extends object>(text: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: alone.center.urls.migrateUrl })
  await client.connect()
  return client.query<T>(text, values).then(({ rows }) => rows).finally(() => client.end())
}
