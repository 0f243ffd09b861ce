import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { authorization } from '#agent/sign.ts'
import type { AgentProcess } from '#demo/agents.ts'
import { allPorts, isFree, layOut } from '#demo/ports.ts'
import type { Stack } from '#demo/stack.ts'
import { startStack, until } from '#demo/stack.ts'
import { peopleDecide, planIsProposed } from '#demo/story/marks.ts'
import type { DeploymentView } from '#lib/releases/view.ts'
import { buildWhereStale } from '#scripts/build.ts'
import { dataFolder } from '#scripts/postgres.ts'

/** The whole stack, for tests that break parts of it. */
export interface Shop extends Stack {
  /** Straight from the database: what is there, not what a program says is there. */
  rows<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>
}

/** The command center, Harbor and four agents as real processes, with ports and folders of their own. */
export async function openShop(): Promise<Shop> {
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
  const name = `test-faults-${process.pid}`
  const base = await freeBase()
  const remove = (): void => rmSync(dataFolder(name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  const stack = await startStack({ name, port: base + 150, fleetPort: base, seed: 7, perSecond: 6 }).catch((error: unknown) => {
    remove()
    throw error
  })
  return {
    ...stack,
    async rows<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      const client = new pg.Client({ connectionString: stack.center.urls.migrateUrl, connectionTimeoutMillis: 2_000 })
      try {
        await client.connect()
        return (await client.query<T>(sql, values)).rows
      } finally {
        await client.end().catch(() => {})
      }
    },
    async stop() {
      await stack.stop()
      remove()
    },
  }
}

/** Below the ports that outgoing connections get, so that nobody takes one while its owner is dead. */
async function freeBase(): Promise<number> {
  for (let tried = 0; tried < 60; tried++) {
    const base = 20_000 + ((process.pid + tried) % 60) * 200
    if ((await Promise.all([...allPorts(layOut(base), 6), base + 150].map(isFree))).every(Boolean)) return base
  }
  throw new Error('no free ports between 20000 and 32000')
}

let released = 0

/** A new patch of checkout 1.5 serves in both regions, people do not want it, and a plan to take it back has its two votes. */
export async function approvedPlan(shop: Shop): Promise<{ number: number; version: string }> {
  const version = `1.5.${++released}`
  const { digest, url, declares } = await shop.fleet.artifact('checkout', version)
  await shop.pipeline.send('POST', '/api/v1/releases', { service: 'checkout', version, digest, url, declares })
  // However long this takes here: it is not to become the last known good by itself.
  const { deploymentId } = await shop.pipeline.send<{ deploymentId: string }>('POST', '/api/v1/deployments', { service: 'checkout', version, environment: 'production', soakSeconds: 86_400 })
  const { status, because } = await until(`the deployment of ${version} has ended`, 180_000, async () => {
    const now = await shop.pipeline.get<DeploymentView>(`/api/v1/deployments/${deploymentId}`)
    return now.finishedAt ? now : null
  })
  if (status !== 'succeeded') throw new Error(`the deployment of ${version} ${status}: ${because}`)
  const before = await served(shop)
  if (before['eu']?.join() !== version || before['us']?.join() !== version) throw new Error(`both regions serve ${version} before it is taken back, and they serve ${JSON.stringify(before)}`)
  const { number } = await (await shop.as('casey')).send<{ number: number }>('POST', '/api/v1/incidents', {
    title: 'checkout must go back', severity: 'SEV1', environment: 'production', services: ['checkout'], releaseVersion: version,
  })
  await planIsProposed(shop, number)
  await peopleDecide(shop, number)
  return { number, version }
}

export interface HeldStep {
  id: string
  epoch: number
  agent: AgentProcess
  pid: number
}

/** Waits until an agent is in the middle of a step: leased, and its log has come as far as `says`. */
export async function heldStep(shop: Shop, runId: string, key: string, says = ': from '): Promise<HeldStep> {
  const row = await until(`an agent is in the middle of ${key}`, 60_000, async () => {
    const [found] = await shop.rows<{ id: string; epoch: string; agent: string }>(
      `select s.id, s.epoch, a.name as agent from step s join agent a on a.id = s.agent_id
       where s.run_id = $1 and s.key = $2 and s.status = 'leased' and exists (select 1 from step_log l where l.step_id = s.id and l.epoch = s.epoch and position($3 in l.line) > 0)`,
      [runId, key, says],
    )
    return found
  })
  const agent = shop.agents.find((one) => one.name === row.agent)
  const pid = agent?.pid()
  if (!agent || !pid) throw new Error(`${row.agent} holds ${key} and is not one of the living agents`)
  return { id: row.id, epoch: Number(row.epoch), agent, pid }
}

export interface AttemptRow {
  key: string
  epoch: number
  number: number
  outcome: string | null
  agent: string
}

export const attemptsOf = async (shop: Shop, runId: string): Promise<AttemptRow[]> =>
  shop.rows<AttemptRow>(
    `select s.key, a.epoch::int as epoch, a.number, a.outcome, g.name as agent from attempt a join step s on s.id = a.step_id join agent g on g.id = a.agent_id where s.run_id = $1 order by s.position, a.epoch`,
    [runId],
  )

/** What every run must have left behind, whatever happened to it: one attempt that counts and one record for each step. */
export async function countsOnce(shop: Shop, runId: string): Promise<{ steps: number; wrong: unknown[] }> {
  const rows = await shop.rows<{ key: string; status: string; counted: number; open: number; recorded: number }>(
    `select s.key, s.status,
       (select count(*)::int from attempt a where a.step_id = s.id and a.outcome = 'succeeded') as counted,
       (select count(*)::int from attempt a where a.step_id = s.id and a.outcome is null) as open,
       (select count(*)::int from record r where r.action = 'step.complete' and r.subject_id = s.id::text) as recorded
     from step s where s.run_id = $1 and s.region_id is not null order by s.position`,
    [runId],
  )
  return { steps: rows.length, wrong: rows.filter((row) => row.status !== 'succeeded' || row.counted !== 1 || row.open !== 0 || row.recorded !== 1) }
}

/** The fleet's own word: what customers of each region are served. */
export async function served(shop: Shop): Promise<Record<string, string[]>> {
  const of = async (region: 'eu' | 'us'): Promise<string[]> => (await shop.fleet.running('checkout', region)).map((one) => one.version)
  return { eu: await of('eu'), us: await of('us') }
}

/** A report with an agent's own key, as the agent itself would send it. */
export async function reportAs(shop: Shop, agent: string, { id, epoch }: { id: string; epoch: number }, outcome = 'succeeded'): Promise<{ status: number; code: unknown }> {
  const data = join(shop.dir, 'agents', agent)
  const { agentId } = JSON.parse(readFileSync(join(data, 'identity.json'), 'utf8')) as { agentId: string }
  const path = `/api/v1/agents/steps/${id}/complete`
  const body = JSON.stringify({ v: 1, epoch, outcome, because: null, result: null, want: false })
  const answer = await fetch(shop.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization(createPrivateKey(readFileSync(join(data, 'key.pem'), 'utf8')), agentId, { method: 'POST', path, body, millis: Date.now() }) },
    body,
  })
  return { status: answer.status, code: ((await answer.json()) as { code?: unknown }).code }
}

/** What an agent's own journal says of an attempt in the end. */
export function journalOf(shop: Shop, { id, epoch, agent }: HeldStep): string | undefined {
  const entries = readFileSync(join(shop.dir, 'agents', agent.name, 'journal.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { stepId: string; epoch: number; type: string })
  return entries.filter((entry) => entry.stepId === id && entry.epoch === epoch).at(-1)?.type
}

/** Whether the command center has lately heard of an agent. */
export async function isHeard(shop: Shop, agent: string): Promise<boolean> {
  const [row] = await shop.rows<{ silent: number }>('select extract(epoch from now() - last_seen_at)::float as silent from agent where name = $1', [agent])
  return row !== undefined && row.silent < 3
}

/** Whether a process lives; one that has ended and was not yet waited for does not. */
export function lives(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  return stat !== '' && !/\) [ZX] /.test(stat)
}

/** Every process that a process started, at any depth. */
export function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name): [number, number][] => {
    try {
      return [[Number(name), Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])]]
    } catch {
      return []
    }
  })
  const below = (of: number): number[] => parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)])
  return below(pid)
}
