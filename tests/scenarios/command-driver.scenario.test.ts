import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AgentProcess } from '#demo/agents.ts'
import { prepareAgent } from '#demo/agents.ts'
import type { Center } from '#demo/center.ts'
import { startCenter } from '#demo/center.ts'
import type { Person } from '#demo/person.ts'
import { signIn, withToken } from '#demo/person.ts'
import { until } from '#demo/stack.ts'
import type { IncidentView } from '#lib/incidents/view.ts'
import type { RunView } from '#lib/orchestration/view.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import { buildWhereStale } from '#scripts/build.ts'
import { freePort } from '#scripts/postgres.ts'
import type { Ledger } from './ledger.ts'
import { startLedger } from './ledger.ts'

/* A service that has nothing to do with the demo: a program, shell scripts, and an agent with the `command` driver. */

let dir: string
let center: Center
let ledger: Ledger
let agents: AgentProcess[]
const password = 'a-long-enough-password'
const longMs = 420_000

beforeAll(async () => {
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
  // PostgreSQL may run under an account of its own, which must be able to enter.
  dir = mkdtempSync(join(tmpdir(), 'kg-ledger-'))
  chmodSync(dir, 0o755)
  agents = []
  center = await startCenter({ dir: join(dir, 'state'), databaseDir: join(dir, 'postgres'), port: await freePort() })
  await center.start()
  ledger = await startLedger(join(dir, 'ledger'), await freePort())
}, longMs)

afterAll(async () => {
  for (const agent of agents ?? []) await agent.end()
  await center?.stop()
  await ledger?.stop()
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}, 60_000)

const people = { casey: ['commander'], omar: ['responder'], priya: ['approver'], tomas: ['approver'] }

async function firstDay(): Promise<Record<keyof typeof people | 'ada', Person>> {
  const made = spawnSync(process.execPath, [join(import.meta.dirname, '../../cli/main.ts'), 'admin', 'create', '--email', 'ada@books.test', '--name', 'Ada'], { env: { ...process.env, ...center.env, KNOWNGOOD_ADMIN_PASSWORD: password } as NodeJS.ProcessEnv, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the first administrator could not be made: ${made.stderr}`)
  const enter = (name: string): Promise<Person> => signIn(center.url, center.publicUrl, `${name}@books.test`, password)
  const ada = await enter('ada')
  for (const [name, roles] of Object.entries(people)) await ada.send('POST', '/api/v1/people', { name, email: `${name}@books.test`, password, grants: roles.map((role) => ({ role })) })
  const [casey, omar, priya, tomas] = await Promise.all([enter('casey'), enter('omar'), enter('priya'), enter('tomas')])
  return { ada, casey, omar, priya, tomas }
}

async function declare(ada: Person): Promise<void> {
  await ada.send('PUT', '/api/v1/catalog', {
    teams: [{ slug: 'books', name: 'Books' }],
    environments: [{ name: 'live', kind: 'real' }],
    regions: [{ name: 'cellar', jurisdiction: 'CH', rtoSeconds: 300, trafficShare: 1 }],
    services: [{ name: 'ledger', team: 'books', tier: 2, dataClass: 'internal' }],
    targets: [{ service: 'ledger', environment: 'live', region: 'cellar', instances: 1, minUp: 0 }],
  })
  await ada.send('PUT', '/api/v1/policy', {
    reason: 'how the books decide',
    document: {
      v: 1,
      rollback: [{ name: 'two people', environments: ['live'], approvals: 2, roles: ['approver'], expiresMinutes: 60 }],
      standing: [{ name: 'releases go live', purpose: 'deployment', environments: ['live'] }],
    },
  })
  await ada.send('PUT', '/api/v1/criteria/books', {
    reason: 'what hurts',
    document: { v: 1, environments: ['live'], services: ['ledger'], rules: [{ name: 'errors', signal: 'error-ratio', direction: 'above', limit: 0.1, windowSeconds: 20, forSeconds: 3, minRequests: 20, clearSeconds: 15, severity: 'SEV2', action: 'notify' }] },
  })
}

async function startAgents(ada: Person): Promise<void> {
  const target = {
    service: 'ledger', driver: 'command', cwd: ledger.dir, env: ['PATH', 'LEDGER_PORT'],
    observe: ['./observe.sh'], stage: ['./stage.sh'], switch: ['./switch.sh'], verify: ['./verify.sh'], snapshot: ['./snapshot.sh'],
    signals: { urls: [`http://127.0.0.1:${ledger.port}/metrics`], requests: 'ledger_requests_total', errors: 'ledger_requests_total{code=~"5.."}', latency: 'ledger_seconds' },
  }
  for (const name of ['cellar-1', 'cellar-2']) {
    const agent = await prepareAgent({
      name, dir: join(dir, 'agents'), server: center.url, place: 'cellar', artifactHosts: [ledger.host], targets: [target],
      enrolmentToken: async () => (await ada.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'live', region: 'cellar' })).token,
    })
    agent.start({ LEDGER_PORT: String(ledger.port) })
    agents.push(agent)
  }
}

test('a service with shell scripts is deployed, found wanting by a person, taken back by two votes and measured', { timeout: longMs }, async () => {
  const old = ledger.pack('1.0.0', false)
  const next = ledger.pack('1.1.0', true)
  ledger.install(old)
  ledger.busy(15)
  const { ada, casey, omar, priya, tomas } = await firstDay()
  await declare(ada)
  await startAgents(ada)
  const { token } = await ada.send<{ token: string }>('POST', '/api/v1/tokens', { name: 'books pipeline', scopes: ['release.register', 'deployment.request', 'release.read'] })
  const pipeline = withToken(center.url, token)
  for (const { version, digest, url } of [old, next]) await pipeline.send('POST', '/api/v1/releases', { service: 'ledger', version, digest, url, metadata: {} })
  await until('an agent has seen 1.0.0, and it is declared known good', 60_000, () => ada.send('POST', '/api/v1/targets/adopt', { environment: 'live', service: 'ledger', version: '1.0.0', reason: 'it has run for years' }).then(() => true))

  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> => {
    const client = new pg.Client({ connectionString: center.urls.migrateUrl })
    await client.connect()
    return client.query<T>(sql, values).then((answer) => answer.rows).finally(() => client.end())
  }
  await until('there is enough to compare with', 60_000, async () => ((await rows<{ n: number }>('select count(*)::int as n from sample where requests > 0'))[0]?.n ?? 0) >= 20)

  const { deploymentId } = await pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'ledger', version: '1.1.0', environment: 'live' })
  const deployment = await until('the deployment has ended', 90_000, async () => {
    const now = await pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
    return now.finishedAt ? now : null
  })
  expect([deployment.status, deployment.because]).toEqual(['succeeded', null])
  expect(await ledger.version()).toEqual({ version: '1.1.0', digest: next.digest })

  const { number, incidentId } = await omar.send<{ number: number; incidentId: string }>('POST', '/api/v1/incidents', { title: 'every third entry is lost', severity: 'SEV2', environment: 'live', services: ['ledger'] })
  const plan = await omar.send<{ planId: string; hash: string }>('POST', '/api/v1/plans', { incidentId, environment: 'live', services: ['ledger'] })
  expect(plan).toMatchObject({ because: null })
  const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })
  for (const voter of [priya, tomas]) await voter.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
  await casey.send('POST', `/api/v1/seats/${incidentId}/take`, { term: 0 })
  const { runId } = await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.planId, hash: plan.hash })
  const run = await until('the run has ended', 90_000, async () => {
    const now = await casey.get<RunView>(`/api/v1/runs/${runId}`)
    return now.finishedAt || now.status === 'paused' ? now : null
  })
  expect([run.status, run.because]).toEqual(['succeeded', null])
  expect(await ledger.version()).toEqual({ version: '1.0.0', digest: old.digest })
  expect(readFileSync(join(ledger.dir, 'current/.digest'), 'utf8')).toBe(old.digest)

  const said = await rows<{ line: string }>('select line from step_log where stream = $1', ['out'])
  expect(said.map((row) => row.line)).toContain('was releases/1.1.0, will be releases/1.0.0')
  const proven = await until('the validation has a verdict', 150_000, async () => {
    const { validation } = await casey.get<IncidentView>(`/api/v1/incidents/by-number/${number}`)
    return validation?.verdict ? validation : null
  })
  expect(proven.verdict, JSON.stringify(proven.targets)).toBe('pass')
  await until('the incident is watched', 15_000, async () => (await casey.get<IncidentView>(`/api/v1/incidents/by-number/${number}`)).status === 'monitoring')

  const [kept] = await rows<{ content: { SIGNING_SECRET: unknown; LEDGER_PORT: unknown } }>('select content from snapshot order by taken_at limit 1')
  expect(kept?.content).toEqual({ LEDGER_PORT: String(ledger.port), SIGNING_SECRET: { fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) } })
  const tables = await rows<{ name: string }>(`select format('%I', tablename) as name from pg_tables where schemaname = 'public'`)
  for (const { name } of tables) expect(await rows(`select 1 from ${name} t where position($1 in t::text) > 0 limit 1`, [ledger.secret]), name).toEqual([])
})
