import { exactNow } from './support/clock.ts'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { stringify } from 'yaml'
import type { AgentProcess } from '#demo/agents.ts'
import { prepareAgent } from '#demo/agents.ts'
import { until } from '#demo/stack.ts'
import { startCenterAlone } from './support/center-alone.ts'
import type { Child } from './support/child.ts'
import { startChild } from './support/child.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import { summarise } from './support/summary.ts'

/* Ten steps, one after the other, each kept before the next begins: ours with everything that a rollback has, beside engines that do nothing else. */

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 30)
const steps = 10

const catalog = {
  teams: [{ slug: 'all', name: 'All' }],
  environments: [{ name: 'production', kind: 'real' }],
  regions: ['here', 'there'].map((name) => ({ name, jurisdiction: 'CH', rtoSeconds: 600, trafficShare: 0.5 })),
  services: [{ name: 'checkout', team: 'all', tier: 1, dataClass: 'internal' }],
  targets: ['here', 'there'].map((region) => ({ service: 'checkout', environment: 'production', region, instances: 1, minUp: 0 })),
}

/** Ten times nothing, in a chain; a shell is the least that still is a program of somebody's. */
const playbook = (name: string, region: string): string =>
  stringify({
    v: 1, name, description: 'ten steps that do nothing', when: 'false',
    steps: Array.from({ length: steps }, (_, index) => ({ id: `step-${index + 1}`, kind: 'shell', each: 'region', if: `step.region == "${region}"`, timeout: '30s', repeatable: true, with: { command: 'true' } })),
  })

const alone = await startCenterAlone('bench-durable', 3770, catalog)
const engines = await startChild('reference/durable/main.ts', await Promise.all(['raw', 'graphile', 'boss', 'dbos'].map((name) => scratchDatabase(alone.center.superuserUrl(), `durable_${name}`))))
let light: Child | null = null
let agent: AgentProcess | null = null
try {
  const about = await machine(alone.center.superuserUrl())
  const { pipeline, center, dir } = alone
  const token = async (region: string): Promise<string> => (await pipeline.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'production', region })).token
  const fleet = join(dir, 'fleet')
  mkdirSync(fleet, { recursive: true })
  for (const name of ['observe.sh', 'nothing.sh']) writeFileSync(join(fleet, name), `#!/bin/sh\n${name === 'observe.sh' ? `printf '{"instances":[]}'` : 'true'}\n`, { mode: 0o755 })
  agent = await prepareAgent({ name: 'here-1', dir: join(dir, 'agents'), server: center.url, place: 'here', artifactHosts: ['127.0.0.1:9'], targets: [{ service: 'checkout', driver: 'command', cwd: fleet, env: ['PATH'], observe: ['./observe.sh'], switch: ['./nothing.sh'], verify: ['./nothing.sh'] }], allow: ['shell'], more: { shell: { cwd: fleet } }, enrolmentToken: () => token('here') })
  agent.start()
  light = await startChild('support/light-agents.ts')
  await light.ask({ order: { server: center.url, agents: [{ name: 'there-1', region: 'there', token: await token('there') }], services: [], digest: '', version: '' } })
  const ada = await alone.as('ada')
  for (const region of ['here', 'there']) await ada.send('POST', '/api/v1/playbooks', { text: playbook(`ten-${region}`, region), reason: 'a figure is made' })
  const [casey, omar, priya, tomas] = await Promise.all(['casey', 'omar', 'priya', 'tomas'].map((name) => alone.as(name)))
  if (!casey || !omar || !priya || !tomas) throw new Error('somebody is missing')

  /** Declared, proposed, voted on twice, then started: measured from the start being asked for to the last step's end. */
  const run = async (region: string): Promise<number> => {
    const { incidentId } = await omar.send<{ incidentId: string }>('POST', '/api/v1/incidents', { title: 'ten steps', severity: 'SEV3', environment: 'production', services: ['checkout'] })
    const plan = await omar.send<{ planId: string; hash: string; because: string | null }>('POST', '/api/v1/plans', { incidentId, environment: 'production', services: ['checkout'], playbook: { name: `ten-${region}` } })
    if (plan.because) throw new Error(plan.because)
    const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })
    for (const voter of [priya, tomas]) await voter.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
    await casey.send('POST', `/api/v1/seats/${incidentId}/take`, { term: 0 })
    const from = exactNow()
    const { runId } = await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.planId, hash: plan.hash })
    return until('the run is over', 60_000, async () => {
      const [now] = await rowsOf<{ status: string; because: string | null; last: Date | null }>(`select r.status, r.because, (select max(a.ended_at) from attempt a join step s on s.id = a.step_id where s.run_id = r.id) as last from run r where r.id = $1`, [runId])
      if (now && now.status !== 'running' && now.status !== 'succeeded') throw new Error(`the run is ${now.status}: ${now.because}`)
      return now?.status === 'succeeded' && now.last ? now.last.getTime() - from : null
    })
  }

  const names = await engines.ask<string[]>({ engine: -1 })
  const peers: number[][] = names.map(() => [])
  const real: number[] = []
  const engine: number[] = []
  for (let round = -2; round < rounds; round++) {
    const [ours, bare] = [await run('here'), await run('there')]
    const theirs: number[] = []
    for (const index of names.keys()) theirs.push(await engines.ask<number>({ engine: index, steps }))
    // The first two only warm everybody up.
    if (round < 0) continue
    real.push(ours)
    engine.push(bare)
    for (const [index, ms] of theirs.entries()) peers[index]?.push(ms)
  }
  const medians = peers.map((values) => summarise(values).median)
  const [raw = Number.NaN, ...others] = medians
  const best = Math.min(...others)
  const ours = summarise(real).median
  const bare = summarise(engine).median
  const times = (ms: number, of: number): string => `${(ms / of).toFixed(2)} ×`
  publish({
    figure: 'durable',
    title: 'Ten durable steps (P4)',
    how: `A run of ${steps} steps in a chain, ${rounds} times, in turns with the others on the same PostgreSQL. Ours is the production path: an incident, a plan by a playbook, its proof, two votes, the seat, a record and events for every step, signed leases; from the start being asked for to the last step's end. "A real agent" journals each step to disk and runs it as a program of its own under a guard; "the engine alone" is an agent of the whole protocol that does nothing. The engines beside it run their steps in the process that keeps them and do nothing else.`,
    machine: about,
    rows: [
      row('ours', 'with a real agent and a program a step', 'ms', real),
      row('ours', 'the engine alone: votes, proof, lease, record, no program', 'ms', engine),
      ...names.map((name, index) => row(index === 0 ? 'floor' : 'peer', name, 'ms', peers[index] ?? [])),
    ],
    aims: [
      { sentence: `at most 0.8 times the best engine: ${times(ours, best)} with a real agent, ${times(bare, best)} the engine alone`, met: ours <= 0.8 * best },
      { sentence: `at most 1.2 times raw SQL: ${times(ours, raw)} with a real agent, ${times(bare, raw)} the engine alone`, met: ours <= 1.2 * raw },
    ],
    notes: [],
  })
} finally {
  await agent?.end()
  await light?.stop()
  await engines.stop()
  await alone.stop()
}
process.exit(0)

async function rowsOf<T extends object>(text: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: alone.center.urls.migrateUrl })
  await client.connect()
  return client.query<T>(text, values).then(({ rows }) => rows).finally(() => client.end())
}
