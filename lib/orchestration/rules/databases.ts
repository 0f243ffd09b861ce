import type { Action, DatabaseFacts, RegionFacts, ReleaseFacts, TargetFacts } from '../model.ts'

/** The version that a database was last recorded at; region empty = one for all. */
export interface KnownSchema {
  database: string
  region: string
  version: number
}

/** How a release says that version `to` of a database is taken back to the one before. */
export interface Undo {
  database: string
  to: number
  undo: Action | null
  because: string
}

/**
 * The databases that anything here uses or could use, by name. The version is the higher of what was recorded and of what
 * the releases that run there have certainly written: a release deployed by other means leaves no record.
 */
export function databasesOf(targets: readonly TargetFacts[], known: readonly KnownSchema[], undos: readonly Undo[], regions: readonly RegionFacts[]): DatabaseFacts[] {
  const recorded = new Map(known.map((one) => [keyOf(one.database, one.region), one.version]))
  const found = new Map<string, { database: string; region: string | null; version: number | null }>()
  const note = (release: ReleaseFacts | null, region: string, runs: boolean): void => {
    if (!release?.schema) return
    const { database, scope, writes } = release.schema
    const place = scope === 'region' ? region : null
    const key = keyOf(database, place ?? '')
    const entry = found.get(key) ?? { database, region: place, version: recorded.get(key) ?? null }
    if (runs) entry.version = Math.max(entry.version ?? writes, writes)
    found.set(key, entry)
  }
  for (const target of targets) {
    for (const { release } of target.running ?? []) note(release, target.region, true)
    note(target.goTo, target.region, false)
    note(target.candidate, target.region, false)
  }
  const undoOf = Map.groupBy(undos, (one) => one.database)
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { database, region, version }]) => {
    const undo = (undoOf.get(database) ?? []).map((one) => ({ from: one.to, to: one.to - 1, action: one.undo, because: one.because })).sort((a, b) => b.from - a.from)
    return { database, region, version, undo, reachedFrom: region ?? reaching(regions, undo.flatMap(({ action }) => action?.kind ?? [])) }
  })
}

const keyOf = (database: string, region: string): string => `${database}\n${region}`

/** Of a database that all regions share: the first region whose agents may do all that takes it back, else the first. */
function reaching(regions: readonly RegionFacts[], kinds: readonly string[]): string {
  const able = regions.find((region) => region.kinds !== null && kinds.every((kind) => region.kinds?.includes(kind)))
  return (able ?? regions[0])?.name ?? ''
}
