import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface Wanted {
  digest: string
  version: string
}

/** What each instance should run, on disk, so that a supervisor that starts again brings it back. */
export interface State {
  get(instance: string): Wanted | null
  set(instance: string, wanted: Wanted): void
}

export function openState(file: string): State {
  const wanted: Record<string, Wanted> = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Wanted>) : {}
  return {
    get: (instance) => wanted[instance] ?? null,
    set: (instance, next) => {
      wanted[instance] = next
      // Renamed into place: a crash leaves the old file or the new one, never half of either.
      writeFileSync(`${file}.new`, JSON.stringify(wanted, null, 2))
      renameSync(`${file}.new`, file)
    },
  }
}
