import { exactNow } from './support/clock.ts'
import pg from 'pg'
import { stringify } from 'yaml'
import { startCenterAlone } from './support/center-alone.ts'
import type { Child } from './support/child.ts'
import { startChild } from './support/child.ts'
import { publish, row } from './support/figure.ts'
import { machine } from './support/machine.ts'
import { scratchDatabase } from './support/scratch-database.ts'

/* How long a person waits after the gesture until their vote counts, beside the least that keeping a vote can take on the same PostgreSQL. */

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 100)

const catalog = {
  teams: [{ slug: 'all', name: 'All' }],
  environments: [{ name: 'production', kind: 'real' }],
  regions: [{ name: 'here', jurisdiction: 'CH', rtoSeconds: 600, trafficShare: 1 }],
  services: [{ name: 'checkout', team: 'all', tier: 1, dataClass: 'internal' }],
  targets: [{ service: 'checkout', environment: 'production', region: 'here', instances: 1, minUp: 0 }],
}
const playbook = stringify({ v: 1, name: 'look', description: 'one step that does nothing', when: 'false', steps: [{ id: 'look', kind: 'shell', each: 'region', timeout: '30s', repeatable: true, with: { command: 'true' } }] })

const alone = await startCenterAlone('bench-approval', 3780, catalog)
const bare = new pg.Client({ connectionString: await scratchDatabase(alone.center.superuserUrl(), 'bare_votes') })
let light: Child | null = null
try {
  const about = await machine(alone.center.superuserUrl())
  await bare.connect()
  await bare.query('create table request (id int primary key, have int not null); create table vote (request int not null references request, person int not null, unique (request, person))')
  light = await startChild('support/light-agents.ts')
  const { token } = await alone.pipeline.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'production', region: 'here' })
  await light.ask({ order: { server: alone.center.url, agents: [{ name: 'here-1', region: 'here', token }], services: [], digest: '', version: '' } })
  const ada = await alone.as('ada')
  await ada.send('POST', '/api/v1/playbooks', { text: playbook, reason: 'a figure is made' })
  const [omar, priya, tomas] = [await alone.as('omar'), await alone.as('priya'), await alone.as('tomas')]

  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const from = exactNow()
    await work()
    return exactNow() - from
  }
  /** The least: lock the request, keep the vote, count it, commit. */
  const bareVote = async (request: number, person: number): Promise<void> => {
    await bare.query('begin')
    await bare.query('select have from request where id = $1 for update', [request])
    await bare.query('insert into vote values ($1, $2)', [request, person])
    await bare.query('update request set have = have + 1 where id = $1', [request])
    await bare.query('commit')
  }

  const [asked, first, deciding, floor]: number[][] = [[], [], [], []]
  for (let round = -5; round < rounds; round++) {
    const { incidentId } = await omar.send<{ incidentId: string }>('POST', '/api/v1/incidents', { title: 'a decision', severity: 'SEV3', environment: 'production', services: ['checkout'] })
    const plan = await omar.send<{ planId: string; hash: string; because: string | null }>('POST', '/api/v1/plans', { incidentId, environment: 'production', services: ['checkout'], playbook: { name: 'look' } })
    if (plan.because) throw new Error(plan.because)
    let requestId = ''
    const vote = { vote: 'approve', planHash: plan.hash, reason: '' }
    const times = [
      await timed(async () => void (requestId = (await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })).requestId)),
      await timed(() => priya.send('POST', `/api/v1/approvals/${requestId}/votes`, vote)),
      await timed(() => tomas.send('POST', `/api/v1/approvals/${requestId}/votes`, vote)),
    ] as const
    await bare.query('insert into request values ($1, 0)', [round])
    const least = [await timed(() => bareVote(round, 1)), await timed(() => bareVote(round, 2))]
    // The first few only warm everybody up.
    if (round < 0) continue
    asked?.push(times[0])
    first?.push(times[1])
    deciding?.push(times[2])
    floor?.push(...least)
  }
  publish({
    figure: 'approval',
    title: 'A vote, from the request being sent to its answer',
    how: `${rounds} decisions, one after the other, over HTTP: a responder asks, two people vote. In one transaction each: session, rights, the policy then and now, the count under the request's lock, vote, decision, record, events. Asking also keeps the facts as they stand, and proves the plan anew. Beside it, in turns on the same PostgreSQL and over one open connection: a transaction that locks a row, keeps a vote and counts it.`,
    machine: about,
    rows: [row('ours', 'asking for approval', 'ms', asked ?? []), row('ours', 'the first vote', 'ms', first ?? []), row('ours', 'the vote that decides', 'ms', deciding ?? []), row('floor', 'a bare transaction that keeps a vote', 'ms', floor ?? [])],
    aims: [],
    notes: [],
  })
} finally {
  await light?.stop()
  await bare.end()
  await alone.stop()
}
