import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Fault =
  | { kind: 'none' }
  | { kind: 'errors'; afterMs: number; share: number }
  | { kind: 'latency'; afterMs: number; leastMs: number; mostMs: number }
  | { kind: 'crash-loop'; afterMs: number; orders: number }
  | { kind: 'wrong-prices'; afterMs: number; factor: number }

/** What is baked into an artifact beside its code; its digest covers it. */
export interface Release {
  service: string
  version: string
  start: string
  settings: Record<string, string | number | boolean>
  fault: Fault
}

/** What this process was told by whoever started it. */
export interface Place {
  port: number
  instance: string
  region: string
  digest: string
  gatewayUrl: string
  databaseUrl: string
  /** Survives a crash, not a replacement by another release. */
  scratch: string
}

/** The release this process belongs to: its file lies at the root of the unpacked artifact. */
export const readRelease = (root: string): Release => JSON.parse(readFileSync(join(root, 'release.json'), 'utf8')) as Release

/** A missing variable is said by name instead of failing later in a stranger place. */
export function readPlace(env: NodeJS.ProcessEnv): Place {
  const must = (name: string): string => env[name] ?? missing(name)
  return {
    port: Number(must('PORT')),
    instance: must('INSTANCE'),
    region: must('REGION'),
    digest: must('DIGEST'),
    gatewayUrl: must('GATEWAY_URL'),
    databaseUrl: env['DATABASE_URL'] ?? '',
    scratch: must('SCRATCH'),
  }
}

function missing(name: string): never {
  throw new Error(`${name} is not set: the supervisor passes it to every instance`)
}

/** When this release first started here: kept in the scratch folder, so that a crash does not begin the count again. */
export function firstStart(place: Place, now: number): number {
  const file = join(place.scratch, 'first-start')
  if (existsSync(file)) return Number(readFileSync(file, 'utf8'))
  writeFileSync(file, String(now))
  return now
}
