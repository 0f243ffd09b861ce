import { join } from 'node:path'
import type { AgentProcess } from '#demo/agents.ts'
import { prepareAgent } from '#demo/agents.ts'
import { catalogOf } from '#demo/harbor.ts'
import { until } from '#demo/stack.ts'
import type { CenterAlone } from './center-alone.ts'
import type { Tapped } from './tapped-supervisor.ts'
import { offer, startTappedSupervisor } from './tapped-supervisor.ts'

export const fleetRegions = ['eu', 'us'] as const
export type FleetRegion = (typeof fleetRegions)[number]

/** One service in two regions. */
const catalog = catalogOf(false)
export const smallCatalog = { ...catalog, services: catalog.services.filter((service) => service.name === 'checkout'), targets: catalog.targets.filter((target) => target.service === 'checkout') }

/** Two real agents a region, at real speed, before supervisors that switch in no time. Runs 1.0.0, and has 1.1.0 to go to. */
export interface SmallFleet {
  supervisors: Record<FleetRegion, Tapped>
  agents: AgentProcess[]
  versions: readonly [string, string]
  stop(): Promise<void>
}

export async function startSmallFleet({ center, dir, pipeline }: CenterAlone): Promise<SmallFleet> {
  const versions = ['1.0.0', '1.1.0'] as const
  const supervisors = { eu: await startTappedSupervisor(), us: await startTappedSupervisor() }
  const both = Object.values(supervisors)
  const releases = versions.map((version) => ({ version, ...offer(both, `bytes of ${version}`) }))
  for (const { supervisor } of both) for (const instance of supervisor.instances) Object.assign(instance, { digest: releases[0]?.digest, version: versions[0] })
  const agents: AgentProcess[] = []
  const stop = async (): Promise<void> => {
    for (const agent of agents) await agent.end()
    for (const supervisor of both) await supervisor.close()
  }
  try {
    for (const region of fleetRegions) {
      const { url } = supervisors[region]
      for (const number of [1, 2]) {
        const agent = await prepareAgent({
          name: `${region}-${number}`, dir: join(dir, 'agents'), server: center.url, place: region, artifactHosts: both.map(({ host }) => host),
          targets: [{ service: 'checkout', driver: 'process', supervisor: url, routes: `${url}/checkout/version`, signals: { urls: [`${url}/metrics`], requests: 'orders_total', errors: 'orders_total{code=~"5.."}', latency: 'order_seconds' } }],
          enrolmentToken: async () => (await pipeline.send<{ token: string }>('POST', '/api/v1/enrolments', { environment: 'production', region })).token,
        })
        agent.start()
        agents.push(agent)
      }
    }
    for (const { version, digest, path } of releases) await pipeline.send('POST', '/api/v1/releases', { service: 'checkout', version, digest, url: supervisors.eu.url + path })
    await until('the agents are at work', 60_000, () => pipeline.send('POST', '/api/v1/targets/adopt', { environment: 'production', service: 'checkout', version: versions[0], reason: 'a beginning' }).then(() => true, () => false))
    return { supervisors, agents, versions, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
