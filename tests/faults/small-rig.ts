import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { AgentProcess } from '#demo/agents.ts'
import { prepareAgent } from '#demo/agents.ts'
import type { Center } from '#demo/center.ts'
import { startCenter } from '#demo/center.ts'
import type { Person } from '#demo/person.ts'
import { Refusal, signIn } from '#demo/person.ts'
import { until } from '#demo/stack.ts'
import type { FleetView } from '#lib/catalog/view.ts'
import { buildWhereStale } from '#scripts/build.ts'
import { freePort } from '#scripts/postgres.ts'
import { persistent } from './persistent.ts'

/* The real command center, its real PostgreSQL and two real agents, over services that are three lines of shell: a
   rollback takes a second, so that hundreds can be broken. Each effect is a line in a file that nobody else writes. */

export const rigServices = ['ale', 'bread', 'cloth'] as const
export type RigService = (typeof rigServices)[number]
const names = ['casey', 'omar', 'priya', 'tomas'] as const
export type RigPerson = (typeof names)[number]
const roles: Record<RigPerson, string> = { casey: 'commander', omar: 'responder', priya: 'approver', tomas: 'approver' }
const password = 'a-long-enough-password'

const scripts: Record<string, string> = {
  'observe.sh': `printf '{"instances":[{"id":"%s-1","digest":"%s","version":"%s","state":"healthy"}]}' "$KG_SERVICE" "$(cut -d' ' -f1 "$KG_SERVICE.now")" "$(cut -d' ' -f2 "$KG_SERVICE.now")"`,
  // The line first, then what it stands for: an effect that happened twice has two lines, whatever was seen in between.
  'switch.sh': `printf '%s %s\\n' "$KG_SERVICE" "$KG_VERSION" >> effects
sleep 0.05
printf '%s %s' "$KG_DIGEST" "$KG_VERSION" > "$KG_SERVICE.next" && mv "$KG_SERVICE.next" "$KG_SERVICE.now"`,
  'verify.sh': `[ "$(cut -d' ' -f1 "$KG_SERVICE.now")" = "$KG_DIGEST" ]`,
}

export interface Rig {
  dir: string
  /** Where the services run: their scripts, and what playbooks do. */
  fleet: string
  center: Center
  agents: AgentProcess[]
  /** Where agents find the server; what stands in between may be put there before `startAgents`. */
  people: Record<RigPerson, Person>
  ada: Person
  rows<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>
  /** Every switch that ever happened, as `service version`, oldest first. */
  effects(): string[]
  /** What runs there, by the fleet's own word. */
  version(service: RigService): string
  /** Puts a version in place by hand, and waits until the command center has seen it. */
  place(services: readonly RigService[], version: string): Promise<void>
  stop(): Promise<void>
}

export interface RigOptions {
  /** What agents are told the server's address is: a proxy's, where one stands in between. */
  serverUrl?: (center: Center) => Promise<string> | string
  /** Whether switching twice is declared harmless. */
  repeatable?: boolean
  /** What agents may do besides their targets, by the folder of the fleet. */
  actions?: (fleet: string, center: Center) => { allow: readonly string[]; connections?: Record<string, string>; more: Record<string, unknown> }
}

export async function openRig({ serverUrl = (center) => center.url, repeatable = true, actions }: RigOptions = {}): Promise<Rig> {
  if ((await buildWhereStale()) !== 0) throw new Error('the pages could not be built')
  // PostgreSQL may run under an account of its own, which must be able to enter.
  const dir = mkdtempSync(join(tmpdir(), 'kg-rig-'))
  chmodSync(dir, 0o755)
  const fleet = join(dir, 'fleet')
  mkdirSync(fleet)
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(fleet, name), `#!/bin/sh\nset -eu\n${text}\n`, { mode: 0o755 })
  writeFileSync(join(fleet, 'effects'), '')

  const bytesOf = (version: string): Buffer => Buffer.from(`the bytes of ${version}`)
  const digestOf = (version: string): string => `sha256:${createHash('sha256').update(bytesOf(version)).digest('hex')}`
  const store = createServer((request, response) => response.end(bytesOf((request.url ?? '/').slice(1))))
  await new Promise<void>((settle) => store.listen(0, '127.0.0.1', settle))
  const host = `127.0.0.1:${(store.address() as AddressInfo).port}`

  const center = await startCenter({ dir: join(dir, 'state'), databaseDir: join(dir, 'postgres'), port: await freePort() })
  const agents: AgentProcess[] = []
  const stop = async (): Promise<void> => {
    for (const agent of agents) await agent.end()
    await center.stop()
    store.closeAllConnections()
    store.close()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> => {
    const client = new pg.Client({ connectionString: center.urls.migrateUrl, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query<T>(sql, values)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }
  try {
    await center.start()
    const made = spawnSync(process.execPath, [join(import.meta.dirname, '../../cli/main.ts'), 'admin', 'create', '--email', 'ada@rig.test', '--name', 'Ada'], { env: { ...process.env, ...center.env, KNOWNGOOD_ADMIN_PASSWORD: password } as NodeJS.ProcessEnv, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`the first administrator could not be made: ${made.stderr}`)
    const enter = (name: string): Promise<Person> => signIn(center.url, center.publicUrl, `${name}@rig.test`, password)
    const ada = await enter('ada')
    for (const name of names) await ada.send('POST', '/api/v1/people', { name, email: `${name}@rig.test`, password, grants: [{ role: roles[name] }] })
    const people = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await enter(name)] as const))) as Record<RigPerson, Person>
    await ada.send('PUT', '/api/v1/catalog', {
      teams: [{ slug: 'market', name: 'Market' }],
      environments: [{ name: 'live', kind: 'real' }],
      regions: [{ name: 'square', jurisdiction: 'CH', rtoSeconds: 300, trafficShare: 1 }],
      services: rigServices.map((name) => ({ name, team: 'market', tier: 2, dataClass: 'internal', repeatable })),
      targets: rigServices.map((service) => ({ service, environment: 'live', region: 'square', instances: 1, minUp: 0 })),
    })
    await ada.send('PUT', '/api/v1/policy', { reason: 'how the market decides', document: { v: 1, rollback: [{ name: 'two people', environments: ['live'], approvals: 2, roles: ['approver'], expiresMinutes: 1_440 }], standing: [] } })
    const { token } = await ada.send<{ token: string }>('POST', '/api/v1/tokens', { name: 'market pipeline', scopes: ['release.register', 'release.read'] })
    for (const service of rigServices) {
      for (const version of ['1.0.0', '1.1.0']) {
        const answer = await fetch(`${center.url}/api/v1/releases`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ service, version, digest: digestOf(version), url: `http://${host}/${version}`, metadata: {} }) })
        if (!answer.ok) throw new Refusal(answer.status, (await answer.json()) as Record<string, unknown>)
      }
    }
    const write = (service: RigService, version: string): void => writeFileSync(join(fleet, `${service}.now`), `${digestOf(version)} ${version}`)
    for (const service of rigServices) write(service, '1.0.0')
    const server = await serverUrl(center)
    const targets = rigServices.map((service) => ({ service, driver: 'command', cwd: fleet, env: ['PATH'], observe: ['./observe.sh'], switch: ['./switch.sh'], verify: ['./verify.sh'] }))
    const { allow = [], ...more } = actions?.(fleet, center) ?? {}
    for (const name of ['square-1', 'square-2']) {
      const agent = await prepareAgent({ ...more, ...(allow.length > 0 ? { allow: ['stage', 'deploy', 'verify', ...allow] } : {}), name, dir: join(dir, 'agents'), server, place: 'square', artifactHosts: [host], targets, enrolmentToken: async () => (await ada.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'live', region: 'square' })).token })
      agent.start()
      agents.push(agent)
    }
    for (const service of rigServices) {
      await until(`an agent sees ${service}`, 60_000, () => ada.send('POST', '/api/v1/targets/adopt', { environment: 'live', service, version: '1.0.0', reason: 'a beginning' }).then(() => true))
    }
    const looking = persistent(() => center.url, people.casey, center.publicUrl).person
    return {
      dir, fleet, center, agents, people, ada, rows, stop,
      effects: () => readFileSync(join(fleet, 'effects'), 'utf8').split('\n').filter(Boolean),
      version: (service) => readFileSync(join(fleet, `${service}.now`), 'utf8').split(' ')[1] ?? '',
      async place(services, version) {
        for (const service of services) write(service, version)
        // Two agents look every two seconds: one may still tell what it saw before the other did. Seen for longer than that is seen by both.
        let since = Infinity
        await until(`the command center sees ${version}, and goes on seeing it`, 60_000, async () => {
          const { services: seen } = await looking.get<FleetView>('/api/v1/fleet')
          const all = services.every((service) => seen.find((one) => one.name === service)?.targets.every((target) => target.running.length === 1 && target.running[0]?.version === version))
          since = all ? Math.min(since, performance.now()) : Infinity
          return performance.now() - since > 4_500
        })
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
