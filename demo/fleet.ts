import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { agentTarget, type AgentTarget } from './agent-targets.ts'
import { type ArtifactInfo, buildArtifact, fileOf } from './artifacts/build.ts'
import { drawFault, type FaultKind, type FaultOrder } from './artifacts/draw-fault.ts'
import { startStore } from './artifacts/store.ts'
import { serviceNames, type ServiceName } from './artifacts/versions.ts'
import { keepChild, type Kept } from './child.ts'
import { prepareDatabases } from './databases.ts'
import { allPorts, layOut, mustBeFree, type PlaceName, regionNames } from './ports.ts'
import { seeded } from './random.ts'
import { call } from './shared/call.ts'
import type { SupervisorConfig } from './supervisor/config.ts'
import type { InstanceView } from './supervisor/instance.ts'
import type { TrafficStats } from './traffic/stats.ts'
import { until } from './until.ts'

export type { ArtifactInfo } from './artifacts/build.ts'
export type { FaultKind, FaultOrder } from './artifacts/draw-fault.ts'
export type { ServiceName } from './artifacts/versions.ts'
export type { AgentTarget } from './agent-targets.ts'
export type { PlaceName, RegionName } from './ports.ts'

export interface FleetOptions {
  /** Everything is kept here. Where PostgreSQL runs under its own account, every folder above must be open to it. */
  dir: string
  portBase?: number
  log: (line: string) => void
  /** The same seed draws the same faults. */
  seed: number
  /** Shoppers a second in each region; staging has a fifth of that. */
  perSecond?: number
  /** Staging too: one instance of each service beside production, with few shoppers. */
  staging?: boolean
  /** Take everything back to 1.4.2 even where an earlier life left something else running. */
  reset?: boolean
}

export interface Fleet {
  /** Where the copies of Harbor are reached. Staging answers only where it was asked for. */
  places: Record<PlaceName, { gatewayUrl: string; supervisorUrl: string }>
  /** Where agents download artifacts: the address they have to allow. */
  artifactsUrl: string
  /** Builds a release (or finds it built) and offers it for download. */
  artifact(service: ServiceName, version: string, fault?: FaultKind | FaultOrder): Promise<ArtifactInfo>
  /** The `targets` part of the configuration of an agent in this place. */
  agentTargets(place: PlaceName): AgentTarget[]
  /** The `connections` part: the place's own databases, by the names that releases call them. */
  agentConnections(place: PlaceName): Record<string, string>
  /** What users of the place meet right now, asked where they come in. */
  running(service: ServiceName, place: PlaceName): Promise<{ version: string; digest: string }[]>
  /** What the place's supervisor says of the service's instances. */
  instances(service: ServiceName, place: PlaceName): Promise<InstanceView[]>
  /** Puts a release in the place of another straight through the supervisor, as an agent would, one instance after the other. */
  deploy(artifact: ArtifactInfo, place: PlaceName): Promise<void>
  /** Asks the service's own database of the place, as its own role. */
  ask(service: ServiceName, place: PlaceName, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  stats(): Promise<TrafficStats>
  stop(): Promise<void>
}

const instancesOf = (place: PlaceName): number => (place === 'staging' ? 1 : 2)
const firstVersion = '1.4.2'
const timesAsked = 12

/** Starts Harbor, a small company in two regions, and returns once customers can buy. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { dir, portBase = 4100, log, seed, perSecond = 25, staging = false, reset = false } = options
  const placeNames: readonly PlaceName[] = staging ? [...regionNames, 'staging'] : regionNames
  if (!process.features.typescript) throw new Error(`Harbor's programs are TypeScript: Node ${process.version} cannot run them, 24 or newer can`)
  const ports = layOut(portBase)
  const perSecondIn = (place: PlaceName): number => (place === 'staging' ? Math.max(4, perSecond / 5) : perSecond)
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  await mustBeFree(allPorts(ports, serviceNames.length * 2), 10_000)

  const logs = join(dir, 'logs')
  const storeFolder = join(dir, 'store')
  const storeUrl = `http://127.0.0.1:${ports.store}`
  const stopping: (() => Promise<void>)[] = []
  const keep = (name: string, script: string, args: string[], more: { says?: boolean; graceMs: number }): Kept => {
    const kept = keepChild({ name, script, args, logs, log, ...more })
    stopping.unshift(() => kept.stop())
    return kept
  }
  const stop = async (): Promise<void> => {
    for (const one of stopping.splice(0)) await one()
  }
  const places = Object.fromEntries((['eu', 'us', 'staging'] as const).map((region) => [region, { gatewayUrl: `http://127.0.0.1:${ports.gateway[region]}`, supervisorUrl: `http://127.0.0.1:${ports.supervisor[region]}` }])) as Fleet['places']

  const instances = async (service: ServiceName, region: PlaceName): Promise<InstanceView[]> => {
    const outcome = await call('GET', `${places[region].supervisorUrl}/services/${service}`, { timeoutMs: 2_000 })
    if (outcome.kind !== 'answered' || outcome.status !== 200) throw new Error(`the supervisor of ${region} cannot be asked about ${service}`)
    return (JSON.parse(outcome.body) as { instances: InstanceView[] }).instances
  }
  const artifact = (service: ServiceName, version: string, fault: FaultKind | FaultOrder = 'none'): ArtifactInfo => {
    const drawn = drawFault(fault, seeded(seed, service, version, typeof fault === 'string' ? fault : fault.kind))
    return buildArtifact({ service, version, fault: drawn, folder: storeFolder, storeUrl })
  }
  const running = async (service: ServiceName, region: PlaceName): Promise<{ version: string; digest: string }[]> => {
    const seen = new Map<string, { version: string; digest: string }>()
    for (let asked = 0; asked < timesAsked; asked++) {
      const outcome = await call('GET', `${places[region].gatewayUrl}/${service}/version`, { timeoutMs: 2_000 })
      if (outcome.kind !== 'answered' || outcome.status !== 200) continue
      const { version, digest } = JSON.parse(outcome.body) as { version: string; digest: string }
      seen.set(digest, { version, digest })
    }
    return [...seen.values()]
  }
  const stage = async ({ digest }: ArtifactInfo, region: PlaceName): Promise<void> => {
    const address = `${places[region].supervisorUrl}/artifacts/${digest}`
    const staged = await call('HEAD', address, { timeoutMs: 2_000 })
    if (staged.kind === 'answered' && staged.status === 200) return
    const outcome = await call('PUT', address, { body: await readFile(join(storeFolder, fileOf(digest))), timeoutMs: 10_000 })
    if (outcome.kind !== 'answered' || outcome.status !== 201) throw new Error(`${digest} could not be staged in ${region}: ${outcome.kind === 'answered' ? outcome.body : outcome.kind}`)
  }
  const deploy = async (wanted: ArtifactInfo, region: PlaceName): Promise<void> => {
    await stage(wanted, region)
    const { service, version, digest } = wanted
    for (const { id } of await instances(service, region)) {
      const outcome = await call('POST', `${places[region].supervisorUrl}/services/${service}/instances/${id}/switch`, { body: { digest, version, timeoutMs: 20_000 }, timeoutMs: 40_000 })
      if (outcome.kind !== 'answered' || outcome.status !== 200) throw new Error(`${id} in ${region} could not be switched to ${version}: ${outcome.kind === 'answered' ? outcome.body : outcome.kind}`)
    }
  }
  const stats = async (): Promise<TrafficStats> => {
    const outcome = await call('GET', `http://127.0.0.1:${ports.traffic}/stats`, { timeoutMs: 2_000 })
    if (outcome.kind !== 'answered' || outcome.status !== 200) throw new Error('the traffic cannot be asked')
    return JSON.parse(outcome.body) as TrafficStats
  }

  const databases: Record<string, string> = {}
  const ask = async (service: ServiceName, region: PlaceName, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: databases[`harbor_${service}_${region}`], connectionTimeoutMillis: 2_000, statement_timeout: 5_000 })
    try {
      await client.connect()
      return (await client.query<Record<string, unknown>>(sql, values)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  const fleet: Fleet = {
    places,
    artifactsUrl: storeUrl,
    artifact: (service, version, fault) => Promise.resolve().then(() => artifact(service, version, fault)),
    agentTargets: (region) => serviceNames.map((service) => agentTarget(service, places[region].gatewayUrl, places[region].supervisorUrl)),
    agentConnections: (place) => Object.fromEntries(['harbor_checkout', 'harbor_payments'].flatMap((name) => (databases[`${name}_${place}`] ? [[name, databases[`${name}_${place}`] as string]] : []))),
    running,
    instances,
    deploy,
    ask,
    stats,
    stop,
  }

  try {
    const store = await startStore(storeFolder, ports.store)
    stopping.unshift(async () => {
      store.closeAllConnections()
      await new Promise((settle) => store.close(settle))
    })
    const database = keep('database', 'database.ts', [join(dir, 'postgres'), String(ports.database)], { says: true, graceMs: 12_000 })
    const gateways = placeNames.map((region) => keep(`gateway-${region}`, 'gateway/main.ts', [String(ports.gateway[region]), join(dir, region)], { graceMs: 3_000 }))
    log(`Harbor's database starts in ${join(dir, 'postgres')}`)
    const { superuserUrl } = JSON.parse(await database.firstLine) as { superuserUrl: string }
    const names = placeNames.flatMap((region) => [`harbor_checkout_${region}`, `harbor_payments_${region}`])
    const urls = await prepareDatabases(superuserUrl, names, join(dir, 'passwords.json'))
    Object.assign(databases, urls)

    const firstTime = !placeNames.every((region) => existsSync(join(dir, region, 'state.json')))
    for (const region of placeNames) {
      const file = secretFile(join(dir, `supervisor-${region}.json`), supervisorConfig({ region, dir, ports, urls, gatewayUrl: places[region].gatewayUrl }))
      keep(`supervisor-${region}`, 'supervisor/main.ts', [file], { graceMs: 9_000 })
    }
    await until(15_000, async () => ((await everywhere(placeNames, (region) => instances('storefront', region).then(() => true, () => false))) ? true : 'a supervisor did not start'))
    log(`${gateways.length} gateways and ${placeNames.length} supervisors run`)

    if (firstTime || reset) {
      await Promise.all(
        placeNames.map(async (region) => {
          await Promise.all([...serviceNames].map((service) => deploy(artifact(service, firstVersion), region)))
          // An earlier life may have ended with a service closed for a change.
          await Promise.all(serviceNames.map((service) => call('POST', `${places[region].supervisorUrl}/services/${service}/open`, { timeoutMs: 10_000 })))
        }),
      )
    }
    for (const region of placeNames) {
      for (const service of serviceNames) {
        await until(30_000, async () => {
          const seen = await instances(service, region)
          const open = await openAtGateway(places[region].gatewayUrl, service)
          return open === instancesOf(region) && seen.every(({ state }) => state === 'healthy') ? true : `${service} in ${region}: ${seen.map(({ id, state }) => `${id} ${state}`).join(', ')}; ${open} of ${instancesOf(region)} open at the gateway`
        })
      }
    }
    log('every instance is healthy and open')

    keep('traffic', 'traffic/main.ts', [secretFile(join(dir, 'traffic.json'), { port: ports.traffic, seed, regions: Object.fromEntries(placeNames.map((place) => [place, { gatewayUrl: places[place].gatewayUrl, perSecond: perSecondIn(place) }])) })], { graceMs: 3_000 })
    const enough = (place: PlaceName): number => Math.max(place === 'staging' ? 2 : 5, perSecondIn(place))
    let before: TrafficStats | null = null
    await until(20_000, async () => {
      const now = await stats().catch(() => null)
      if (!now) return 'the traffic did not start'
      const wrong = placeNames.find((region) => (now.regions[region]?.ok ?? 0) - (before?.regions[region]?.ok ?? 0) < enough(region))
      if (wrong) return `too few customers were served in ${wrong}: ${JSON.stringify(now.regions[wrong])}`
      // What an earlier life left running may well be broken: that is then simply true, and no reason not to start.
      if (!firstTime && !reset) return true
      const failed = placeNames.find((region) => (now.regions[region]?.failed ?? 0) > (before?.regions[region]?.failed ?? 0))
      before = now
      return failed ? `customers met errors in ${failed}: ${JSON.stringify(now.regions[failed])}` : true
    })
    log(`customers shop: ${perSecond} a second in each of ${placeNames.join(' and ')}`)
    return fleet
  } catch (error) {
    await stop()
    throw error
  }
}

const everywhere = async <T>(items: readonly T[], ask: (item: T) => Promise<boolean>): Promise<boolean> => (await Promise.all(items.map(ask))).every(Boolean)

/** How many instances the gateway would send a customer to. */
async function openAtGateway(gatewayUrl: string, service: ServiceName): Promise<number> {
  const outcome = await call('GET', `${gatewayUrl}/-/upstreams`, { timeoutMs: 2_000 })
  if (outcome.kind !== 'answered' || outcome.status !== 200) return 0
  const known = JSON.parse(outcome.body) as Record<string, { healthy: boolean; draining: boolean }[]>
  return (known[service] ?? []).filter(({ healthy, draining }) => healthy && !draining).length
}

function supervisorConfig(place: { region: PlaceName; dir: string; ports: ReturnType<typeof layOut>; urls: Record<string, string>; gatewayUrl: string }): SupervisorConfig {
  const { region, dir, ports, urls, gatewayUrl } = place
  return {
    region,
    port: ports.supervisor[region],
    gatewayUrl,
    folder: join(dir, region),
    modules: join(import.meta.dirname, '../node_modules'),
    services: serviceNames.map((name, index) => {
      const url = urls[`harbor_${name}_${region}`]
      return {
        name,
        instances: Array.from({ length: instancesOf(region) }, (_, number) => ({ id: `${name}-${number + 1}`, port: ports.instances[region] + index * instancesOf(region) + number })),
        config: { CURRENCY: region === 'us' ? 'USD' : 'EUR', TZ: 'UTC' },
        secrets: url ? { DATABASE_URL: url } : ({} as Record<string, string>),
      }
    }),
  }
}

/** A file that only its owner may read. */
function secretFile(path: string, content: unknown): string {
  writeFileSync(path, JSON.stringify(content, null, 2), { mode: 0o600 })
  chmodSync(path, 0o600)
  return path
}
