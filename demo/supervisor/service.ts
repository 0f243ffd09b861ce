import { join } from 'node:path'
import { call } from '../shared/call.ts'
import type { Artifacts } from './artifacts.ts'
import type { ServiceConfig, SupervisorConfig } from './config.ts'
import { type InstanceView, keepAlive } from './instance.ts'
import type { State, Wanted } from './state.ts'

export type Switched = { status: 200; instance: InstanceView } | { status: 404 | 409 | 422; because: string }

export interface Service {
  name: string
  views(): InstanceView[]
  switch(instanceId: string, to: Wanted, timeoutMs: number): Promise<Switched>
  /** Tells the gateway who there is; said again every few seconds, since a gateway that restarted has forgotten. */
  tellGateway(): Promise<void>
  stop(): Promise<void>
}

const graceMs = 5_000

/** The instances of one service in one region, and the only way to replace what they run. */
export function keepService(supervisor: SupervisorConfig, service: ServiceConfig, artifacts: Artifacts, state: State): Service {
  const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', REGION: supervisor.region, GATEWAY_URL: supervisor.gatewayUrl, ...service.config, ...service.secrets })
  const instances = service.instances.map(({ id, port }) => keepAlive({ id, port, folder: join(supervisor.folder, 'instances', id), folderOf: artifacts.folderOf, environment }))
  const draining = new Set<string>()
  let switching = false

  for (const instance of instances) {
    const wanted = state.get(instance.view().id)
    if (wanted && artifacts.has(wanted.digest)) instance.start(wanted, false)
  }

  const tellGateway = async (): Promise<void> => {
    const upstreams = instances.map((instance) => instance.view()).map(({ id, port }) => ({ id, url: `http://127.0.0.1:${port}`, draining: draining.has(id) }))
    const outcome = await call('PUT', `${supervisor.gatewayUrl}/-/upstreams/${service.name}`, { body: upstreams, timeoutMs: 8_000 })
    if (outcome.kind !== 'answered' || outcome.status !== 200) console.error(`the gateway of ${supervisor.region} could not be told about ${service.name}: ${outcome.kind === 'answered' ? outcome.body : outcome.kind}`)
  }

  return {
    name: service.name,
    views: () => instances.map((instance) => instance.view()),
    tellGateway,
    switch: async (instanceId, to, timeoutMs) => {
      const instance = instances.find((one) => one.view().id === instanceId)
      if (!instance) return { status: 404, because: `${service.name} has no instance ${instanceId}: there is ${instances.map((one) => one.view().id).join(', ')}` }
      if (switching) return { status: 409, because: `another instance of ${service.name} is being switched; wait for it` }
      if (!artifacts.has(to.digest)) return { status: 409, because: `${to.digest} is not staged here; put it to /artifacts/${to.digest} first` }
      const now = instance.view()
      if (now.digest === to.digest && now.state === 'healthy') return { status: 200, instance: now }
      switching = true
      try {
        draining.add(instanceId)
        await tellGateway()
        await instance.stop(graceMs)
        state.set(instanceId, to)
        instance.start(to, true)
        const well = await instance.becomesHealthy(timeoutMs)
        draining.delete(instanceId)
        // Open again in any case: the gateway asks for itself whether the instance is well.
        await tellGateway()
        if (well) return { status: 200, instance: instance.view() }
        return { status: 422, because: `${instanceId} did not become healthy as ${service.name} ${to.version} within ${timeoutMs} ms: ${instance.lastWords()}` }
      } finally {
        draining.delete(instanceId)
        switching = false
      }
    },
    stop: async () => {
      await Promise.all(instances.map((instance) => instance.stop(graceMs)))
    },
  }
}
