import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import type { FleetView } from '#lib/catalog/view.ts'
import { dataFolder } from '#scripts/postgres.ts'
import type { AgentProcess } from './agents.ts'
import { prepareAgent } from './agents.ts'
import type { Center } from './center.ts'
import { startCenter } from './center.ts'
import type { Fleet, PlaceName } from './fleet.ts'
import { startFleet } from './fleet.ts'
import { accounts, administrator, catalogOf, components, criteria, onCall, policyOf, regions, services, setupScopes, stagingCriteria } from './harbor.ts'
import type { Person } from './person.ts'
import { Refusal, signIn, withToken } from './person.ts'

export interface StackOptions {
  /** Name of the data folder: `demo`, or one a test made up. */
  name: string
  port: number
  /** First port of the fleet. */
  fleetPort: number
  /** Draws the size and the moment of faults. */
  seed: number
  publicUrl?: string
  /** Shoppers a second in each region, where the story needs fewer. */
  perSecond?: number
  env?: Record<string, string>
  /** A copy of Harbor to try releases on, beside production. */
  staging?: boolean
  /** Take Harbor back to its first release even where an earlier life left something else running. */
  reset?: boolean
  phase?(what: string): void
}

/** The command center with Harbor beside it, as a person sees them: everything is a process of its own and speaks HTTP. */
export interface Stack {
  url: string
  dir: string
  center: Center
  fleet: Fleet
  agents: AgentProcess[]
  password: string
  /** A pipeline, by its token. */
  pipeline: Pick<Person, 'get' | 'send'>
  as(name: string): Promise<Person>
  stop(): Promise<void>
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { name, port, fleetPort, seed, phase = () => {} } = options
  const dir = join(dataFolder(name), 'state')
  mkdirSync(dir, { recursive: true })
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    phase('PostgreSQL and its migrations')
    const center = await startCenter({ dir, databaseDir: join(dataFolder(name), 'postgres'), port, ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}), ...(options.env ? { env: options.env } : {}) })
    stops.push(() => center.stop())
    phase('the server')
    await center.start()
    const staging = options.staging ?? false
    phase(`Harbor: two regions${staging ? ' and staging' : ''}, ${staging ? 'fifteen' : 'twelve'} processes, their databases, a gateway each, and shoppers`)
    const fleet = await startFleet({ dir: join(dataFolder(name), 'harbor'), portBase: fleetPort, seed, staging, log: () => {}, ...(options.perSecond ? { perSecond: options.perSecond } : {}), ...(options.reset ? { reset: true } : {}) })
    stops.push(() => fleet.stop())
    phase('accounts, catalog, policy and criteria')
    const kept = await firstDay(center, dir)
    const pipeline = withToken(center.url, kept.token)
    await declare(pipeline, staging)
    phase('agents, two a region')
    const agents: AgentProcess[] = []
    const posts = [...regions.flatMap((region) => [1, 2].map((number) => ({ place: region, name: `${region}-${number}`, environment: 'production', region }))), ...(staging ? [{ place: 'staging' as const, name: 'staging-1', environment: 'staging', region: 'eu' }] : [])]
    for (const { place, name, environment, region } of posts) {
      const agent = await prepareAgent({
        name, dir: join(dir, 'agents'), server: center.url, place, artifactHosts: [new URL(fleet.artifactsUrl).host], targets: fleet.agentTargets(place), connections: fleet.agentConnections(place),
        enrolmentToken: async () => (await pipeline.send<{ token: string }>('POST', '/api/v1/enrolments', { environment, region })).token,
      })
      agent.start()
      stops.push(() => agent.end())
      agents.push(agent)
    }
    phase('what runs now is declared known good')
    await adopt(pipeline, fleet, 'production', 'eu')
    if (staging) await adopt(pipeline, fleet, 'staging', 'staging')
    const people = new Map<string, Promise<Person>>()
    return {
      url: center.url, dir, center, fleet, agents, password: kept.password, pipeline, stop,
      as: (who) => {
        const email = `${who}@harbor.example`
        const known = people.get(who) ?? signIn(center.url, center.publicUrl, email, kept.password)
        people.set(who, known)
        return known
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Kept {
  password: string
  token: string
}

/** The first administrator, the other accounts and a token: made once, as an operator would, through CLI and API. */
async function firstDay(center: Center, dir: string): Promise<Kept> {
  const file = join(dir, 'accounts.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Kept
  const password = `harbor-${randomBytes(6).toString('hex')}`
  const made = spawnSync(process.execPath, [join(import.meta.dirname, '../cli/main.ts'), 'admin', 'create', '--email', administrator.email, '--name', administrator.name], {
    env: { ...process.env, ...center.env, KNOWNGOOD_ADMIN_PASSWORD: password }, encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`the first administrator could not be made: ${made.stderr}`)
  const ada = await signIn(center.url, center.publicUrl, administrator.email, password)
  for (const { name, email, grants } of accounts) await ada.send('POST', '/api/v1/people', { name, email, password, grants })
  const { token } = await ada.send<{ token: string }>('POST', '/api/v1/tokens', { name: 'harbor pipeline', scopes: setupScopes })
  writeFileSync(file, JSON.stringify({ password, token }), { mode: 0o600 })
  return { password, token }
}

/** Applying the same documents again changes nothing. */
async function declare(pipeline: Pick<Person, 'send'>, staging: boolean): Promise<void> {
  await pipeline.send('PUT', '/api/v1/catalog', catalogOf(staging))
  await pipeline.send('PUT', '/api/v1/policy', policyOf(staging))
  await pipeline.send('PUT', '/api/v1/criteria/harbor', criteria)
  if (staging) await pipeline.send('PUT', '/api/v1/criteria/harbor-staging', stagingCriteria)
  for (const list of onCall) await pipeline.send('PUT', '/api/v1/on-call', list)
  await pipeline.send('PUT', '/api/v1/status/components', components)
}

/** Registers what runs and, once agents have seen it, says that it is known good. On a later start there is nothing left to say. */
async function adopt(pipeline: Pick<Person, 'send' | 'get'>, fleet: Fleet, environment: string, place: PlaceName): Promise<void> {
  const known = await pipeline.get<FleetView>('/api/v1/fleet')
  for (const service of services) {
    if (known.services.find((one) => one.name === service)?.targets.every((target) => target.environment !== environment || target.lastKnownGood)) continue
    const running = await fleet.running(service, place)
    const version = running[0]?.version ?? '1.4.2'
    const artifact = await fleet.artifact(service, version)
    if (!running.some((one) => one.digest === artifact.digest)) continue
    await pipeline.send('POST', '/api/v1/releases', { service, version, digest: artifact.digest, url: artifact.url, metadata: { commit: 'a1f9c3e' }, declares: artifact.declares })
    await until(`an agent sees ${service} ${version}`, 120_000, async () => {
      try {
        await pipeline.send('POST', '/api/v1/targets/adopt', { environment, service, version, reason: 'it has served Harbor well' })
        return true
      } catch (error) {
        if (error instanceof Refusal && error.status === 409) return false
        throw error
      }
    })
  }
}

/** Looks again and again until something is so; says what it waited for when it was not. */
export async function until<T>(what: string, ms: number, look: () => Promise<T | false | null | undefined>): Promise<T> {
  const deadline = performance.now() + ms
  let last: unknown
  while (performance.now() < deadline) {
    try {
      const found = await look()
      if (found) return found
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise((settle) => setTimeout(settle, 100))
  }
  throw new Error(`waited ${Math.round(ms / 1000)} s for this and it did not happen: ${what}${last ? ` (${(last as Error).message})` : ''}`)
}
