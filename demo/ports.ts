import { createServer } from 'node:net'

export type RegionName = 'eu' | 'us'
export const regionNames: readonly RegionName[] = ['eu', 'us']

/** Where a copy of Harbor stands: production in each region, and staging, which stands in eu beside it. */
export type PlaceName = RegionName | 'staging'

export interface Ports {
  gateway: Record<PlaceName, number>
  supervisor: Record<PlaceName, number>
  /** First of the place's instances, which follow one another. */
  instances: Record<PlaceName, number>
  store: number
  traffic: number
  database: number
}

/** Where everything of Harbor listens, counted from one base (4100: gateways 4100 to 4102, supervisors 4201 to 4203). */
export const layOut = (base: number): Ports => ({
  gateway: { eu: base, us: base + 1, staging: base + 2 },
  supervisor: { eu: base + 101, us: base + 102, staging: base + 103 },
  instances: { eu: base + 20, us: base + 40, staging: base + 60 },
  store: base + 110,
  traffic: base + 111,
  database: base + 112,
})

/** Every port that Harbor will listen on. */
export function allPorts(ports: Ports, instancesPerPlace: number): number[] {
  const instances = Object.values(ports.instances).flatMap((first) => Array.from({ length: instancesPerPlace }, (_, index) => first + index))
  return [...Object.values(ports.gateway), ...Object.values(ports.supervisor), ...instances, ports.store, ports.traffic, ports.database]
}

/** Whether nobody listens there. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const server = createServer()
    server.once('error', () => settle(false))
    server.listen(port, '127.0.0.1', () => server.close(() => settle(true)))
  })

/** Waits a little, since those of an earlier life may just be leaving; then says which port is taken. */
export async function mustBeFree(ports: readonly number[], withinMs: number): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    const free = await Promise.all(ports.map(isFree))
    const taken = ports.find((_, index) => !free[index])
    if (taken === undefined) return
    if (performance.now() > until) throw new Error(`port ${taken} on 127.0.0.1 is in use: is another Harbor running? Choose another port base`)
    await new Promise((settle) => setTimeout(settle, 250))
  }
}
