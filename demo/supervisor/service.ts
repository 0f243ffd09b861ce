import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { call } from '../shared/call.ts'
import type { Artifacts } from './artifacts.ts'
import type { ServiceConfig, SupervisorConfig } from './config.ts'
import { type Instance, type InstanceView, keepAlive } from './instance.ts'
import type { State, Wanted } from './state.ts'

export interface ServiceView {
  service: string
  /** Whether users are let in. */
  open: boolean
  instances: InstanceView[]
}

type No = { status: 404 | 409 | 422; because: string }
export type Switched = { status: 200; instance: InstanceView } | No
export type Changed = ({ status: 200 } & ServiceView) | No

export interface Service {
  name: string
  view(): ServiceView
  switch(instanceId: string, to: Wanted, timeoutMs: number): Promise<Switched>
  /** Lets nobody in any more, at once and over restarts; answers when nothing is under way. */
  drain(timeoutMs: number): Promise<Changed>
  /** Ends every instance, for good until the next start. Only behind a closed door. */
  stop(): Promise<Changed>
  /** Starts every instance on a release, all at once; answers when all are healthy. Only behind a closed door. */
  start(to: Wanted, timeoutMs: number): Promise<Changed>
  /** Lets users in again. */
  open(): Promise<Changed>
  /** Tells the gateway who there is; said again every few seconds, since a gateway that restarted has forgotten. */
  tellGateway(): Promise<void>
  end(): Promise<void>
}

const graceMs = 5_000

/** The instances of one service in one region, and the only way to replace what they run. */
export function keepService(supervisor: SupervisorConfig, service: ServiceConfig, artifacts: Artifacts, state: State): Service {
  const { name } = service
  const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', REGION: supervisor.region, GATEWAY_URL: supervisor.gatewayUrl, ...service.config, ...service.secrets })
  const instances = service.instances.map(({ id, port }) => keepAlive({ id, port, folder: join(supervisor.folder, 'instances', id), folderOf: artifacts.folderOf, environment, last: state.get(id) }))
  const draining = new Set<string>()
  let busy: string | null = null

  for (const instance of instances) {
    const wanted = instance.wanted()
    if (wanted && artifacts.has(wanted.digest) && !state.door(name).stopped) instance.start(wanted, false)
  }

  const view = (): ServiceView => ({ service: name, open: !state.door(name).closed, instances: instances.map((instance) => instance.view()) })

  /** One at a time, so that an older word never arrives after a newer one. Null where the gateway cannot be told. */
  let told: Promise<number | null> = Promise.resolve(null)
  const tell = (): Promise<number | null> => (told = told.then(send, send))
  const send = async (): Promise<number | null> => {
    const upstreams = instances.map((instance) => instance.view()).map(({ id, port }) => ({ id, url: `http://127.0.0.1:${port}`, draining: draining.has(id) }))
    const outcome = await call('PUT', `${supervisor.gatewayUrl}/-/upstreams/${name}`, { body: { closed: state.door(name).closed, upstreams }, timeoutMs: 8_000 })
    if (outcome.kind === 'answered' && outcome.status === 200) return (JSON.parse(outcome.body) as { upstreams: { inFlight: number }[] }).upstreams.reduce((sum, { inFlight }) => sum + inFlight, 0)
    console.error(`the gateway of ${supervisor.region} could not be told about ${name}: ${outcome.kind === 'answered' ? outcome.body : outcome.kind}`)
    return null
  }

  const alone = async <T>(what: string, act: () => Promise<T>): Promise<T | No> => {
    if (busy) return { status: 409, because: `${name} is being ${busy}; wait for it` }
    busy = what
    try {
      return await act()
    } finally {
      busy = null
    }
  }
  const startOne = async (instance: Instance, to: Wanted, timeoutMs: number): Promise<string | null> => {
    const { id } = instance.view()
    state.set(id, to)
    instance.start(to, true)
    return (await instance.becomesHealthy(timeoutMs)) ? null : `${id} did not become healthy as ${name} ${to.version} within ${timeoutMs} ms: ${instance.lastWords()}`
  }
  const notStaged = (to: Wanted): No | null => (artifacts.has(to.digest) ? null : { status: 409, because: `${to.digest} is not staged here; put it to /artifacts/${to.digest} first` })
  const runs = (instance: Instance, to: Wanted): boolean => instance.view().digest === to.digest && instance.view().state === 'healthy'
  const stillOpen = (): No | null => (state.door(name).closed ? null : { status: 409, because: `users are let into ${name}; drain it first` })

  return {
    name,
    view,
    tellGateway: () => tell().then(() => undefined),
    switch: async (instanceId, to, timeoutMs) => {
      const instance = instances.find((one) => one.view().id === instanceId)
      if (!instance) return { status: 404, because: `${name} has no instance ${instanceId}: there is ${instances.map((one) => one.view().id).join(', ')}` }
      const no = notStaged(to)
      if (no) return no
      return alone('switched', async () => {
        if (runs(instance, to)) return { status: 200, instance: instance.view() }
        draining.add(instanceId)
        try {
          await tell()
          await instance.stop(graceMs)
          const because = await startOne(instance, to, timeoutMs)
          return because ? { status: 422, because } : { status: 200, instance: instance.view() }
        } finally {
          // Open again in any case: the gateway asks for itself whether the instance is well.
          draining.delete(instanceId)
          await tell()
        }
      })
    },
    drain: (timeoutMs) =>
      alone('drained', async () => {
        const until = performance.now() + timeoutMs
        state.setDoor(name, { ...state.door(name), closed: true })
        for (;;) {
          const underWay = await tell()
          if (underWay === 0) return { status: 200, ...view() }
          if (performance.now() >= until) return { status: 422, because: underWay === null ? `the gateway of ${supervisor.region} cannot be told to close ${name}` : `${underWay} requests to ${name} are still under way` }
          await pause(100)
        }
      }),
    stop: () =>
      alone('stopped', async () => {
        const no = stillOpen()
        if (no) return no
        state.setDoor(name, { closed: true, stopped: true })
        await Promise.all(instances.map((instance) => instance.stop(graceMs)))
        return { status: 200, ...view() }
      }),
    start: (to, timeoutMs) =>
      alone('started', async () => {
        const no = stillOpen() ?? notStaged(to)
        if (no) return no
        state.setDoor(name, { closed: true, stopped: false })
        const failures = await Promise.all(
          instances.map(async (instance) => {
            if (runs(instance, to)) return null
            await instance.stop(graceMs)
            return startOne(instance, to, timeoutMs)
          }),
        )
        const because = failures.find((one) => one !== null)
        return because ? { status: 422, because } : { status: 200, ...view() }
      }),
    open: () =>
      alone('opened', async () => {
        if (state.door(name).stopped) return { status: 409, because: `every instance of ${name} is stopped; start them first` }
        state.setDoor(name, { closed: false, stopped: false })
        return (await tell()) === null ? { status: 422, because: `the gateway of ${supervisor.region} cannot be told to open ${name}` } : { status: 200, ...view() }
      }),
    end: async () => {
      await Promise.all(instances.map((instance) => instance.stop(graceMs)))
    },
  }
}
