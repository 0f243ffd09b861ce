import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJournal } from '#agent/journal.ts'
import { until } from '#demo/stack.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import pg from 'pg'
import { startCenterAlone } from './support/center-alone.ts'
import { startChild } from './support/child.ts'
import { exactNow } from './support/clock.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { scratchDatabase } from './support/scratch-database.ts'
import type { FleetRegion, SmallFleet } from './support/small-fleet.ts'
import { smallCatalog, startSmallFleet } from './support/small-fleet.ts'

/* How long a run stands still between two steps: from the end of one in its agent to the beginning of the next in an agent. */

const runs = Number(process.env['BENCH_RUNS'] ?? 30)
const tripsPerRun = 10

const alone = await startCenterAlone('bench-hand-over', 3710, smallCatalog)
let fleet: SmallFleet | null = null
const floor = await startChild('reference/round-trip.ts', [await scratchDatabase(alone.center.superuserUrl(), 'round_trip')])
try {
  const about = await machine(alone.center.superuserUrl())
  const { pipeline } = alone
  fleet = await startSmallFleet(alone)
  const tripUrl = await floor.ask<string>({})
  const trips: number[] = []
  const runIds: string[] = []
  for (let run = 0; run < runs; run++) {
    const version = fleet.versions[(run + 1) % 2]
    const { deploymentId } = await pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production', soakSeconds: 1 })
    const ended = await until('a deployment has ended', 60_000, async () => {
      const now = await pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
      return now.finishedAt ? now : null
    })
    if (ended.status !== 'succeeded') throw new Error(`a deployment ${ended.status}: ${ended.because}`)
    runIds.push(...(await runOf(deploymentId)))
    for (let trip = 0; trip < tripsPerRun; trip++) {
      const from = exactNow()
      const answer = await fetch(tripUrl, { method: 'POST', body: JSON.stringify({ v: 1, epoch: trip, outcome: 'succeeded' }) })
      await answer.text()
      trips.push(exactNow() - from)
    }
  }
  const { same, other, atWork, report } = await handOvers(fleet, runIds)
  const all = [...same, ...other]
  const ours = row('ours', 'step ended → next step begun by an agent', 'ms', all)
  publish({
    figure: 'hand-over',
    title: 'Step hand-over',
    how: `${runs} deployments of 8 tiny steps in a chain (snapshot, stage, deploy, verify in two regions), carried out by four real agents against a supervisor that answers at once. A hand-over is from the moment a step's processes are gone to the moment the next step's intent is on the next agent's disk, both from the agents' own journals: report, commit, lease, answer and three fsyncs are in it. Between the deployments, ${tripsPerRun} bare round trips each.`,
    machine: about,
    rows: [
      ours,
      row('ours', '… within one agent, in the answer to its report', 'ms', same),
      ...(other.length ? [row('ours', '… to another agent that waits', 'ms', other)] : []),
      row('ours', 'step ended → the next step’s first request in the world', 'ms', atWork),
      row('ours', 'report committed, as the database has it → leased by another agent', 'ms', report.length ? report : [0]),
      row('floor', 'one HTTP request with one transaction, from Node to Node', 'ms', trips),
    ],
    aims: [{ sentence: `the median hand-over takes less than 50 ms: ${ours.median} ms over ${ours.n}`, met: ours.median < 50 }],
    notes: [],
  })
} finally {
  await fleet?.stop()
  await floor.stop()
  await alone.stop()
}
process.exit(0)

async function rowsOf<T extends object>(text: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: alone.center.urls.databaseUrl })
  await client.connect()
  return client.query<T>(text, values).then(({ rows }) => rows).finally(() => client.end())
}

async function runOf(deploymentId: string): Promise<string[]> {
  return (await rowsOf<{ id: string }>('select run_id as id from deployment where id = $1', [deploymentId])).map(({ id }) => id)
}

/** From the agents' journals and the database: how long nobody was at work between a step and the last of those it comes after. */
async function handOvers({ agents, supervisors }: SmallFleet, runIds: readonly string[]): Promise<{ same: number[]; other: number[]; atWork: number[]; report: number[] }> {
  const begun = new Map<string, { at: number; agent: string }>()
  const over = new Map<string, number>()
  for (const { name } of agents) {
    for (const entry of parseJournal(readFileSync(join(alone.dir, 'agents', name, 'journal.jsonl'), 'utf8'))) {
      if (entry.type === 'intent') begun.set(entry.stepId, { at: Date.parse(entry.at), agent: name })
      if (entry.type === 'ended') over.set(entry.stepId, Date.parse(entry.at))
    }
  }
  const steps = await rowsOf<{ id: string; run_id: string; key: string; step_kind: string; region: FleetRegion; after: string[]; started: Date; ended: Date }>(
    `select s.id, s.run_id, s.key, s.step_kind, r.name as region, s.after, a.started_at as started, a.ended_at as ended
     from step s join region r on r.id = s.region_id join attempt a on a.step_id = s.id and a.outcome = 'succeeded' where s.run_id = any($1::uuid[])`,
    [runIds],
  )
  const same: number[] = []
  const other: number[] = []
  const atWork: number[] = []
  const report: number[] = []
  for (const step of steps) {
    const before = steps.filter((one) => one.run_id === step.run_id && step.after.includes(one.key)).toSorted((one, two) => (over.get(two.id) ?? 0) - (over.get(one.id) ?? 0))[0]
    const beginning = begun.get(step.id)
    const end = before && over.get(before.id)
    if (!before || !beginning || end === undefined) continue
    const within = begun.get(before.id)?.agent === beginning.agent
    if (within) same.push(beginning.at - end)
    else {
      other.push(beginning.at - end)
      report.push(step.started.getTime() - before.ended.getTime())
    }
    const request = supervisors[step.region].requests.find(({ at, method, path }) => at >= beginning.at && isFirstOf(step.step_kind, method, path))
    if (request) atWork.push(request.at - end)
  }
  return { same, other, atWork, report }
}

/** What only a step of this kind asks; the agent's own look every two seconds asks something else. */
function isFirstOf(kind: string, method: string, path: string): boolean {
  if (kind === 'snapshot') return path.endsWith('/config')
  if (kind === 'verify') return path === '/checkout/version'
  return method === 'HEAD' && path.startsWith('/artifacts/')
}
