import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface Wanted {
  digest: string
  version: string
}

/** How far a service is out of service on purpose: users are turned away, and, only then, its instances are stopped. */
export interface Door {
  closed: boolean
  stopped: boolean
}

/** What each instance should run and which services are closed, on disk, so that a supervisor that starts again brings it back so. */
export interface State {
  get(instance: string): Wanted | null
  set(instance: string, wanted: Wanted): void
  door(service: string): Door
  setDoor(service: string, door: Door): void
}

interface File {
  instances: Record<string, Wanted>
  doors: Record<string, Door>
}

const open: Door = { closed: false, stopped: false }

export function openState(file: string): State {
  const { instances, doors } = existsSync(file) ? read(file) : { instances: {}, doors: {} }
  const write = (): void => {
    // Renamed into place: a crash leaves the old file or the new one, never half of either.
    writeFileSync(`${file}.new`, JSON.stringify({ instances, doors } satisfies File, null, 2))
    renameSync(`${file}.new`, file)
  }
  return {
    get: (instance) => instances[instance] ?? null,
    set: (instance, next) => {
      instances[instance] = next
      write()
    },
    door: (service) => doors[service] ?? open,
    setDoor: (service, door) => {
      doors[service] = door
      write()
    },
  }
}

/** Files from before services could be closed hold the instances alone. */
function read(file: string): File {
  const held = JSON.parse(readFileSync(file, 'utf8')) as File | Record<string, Wanted>
  return 'doors' in held ? (held as File) : { instances: held as Record<string, Wanted>, doors: {} }
}
