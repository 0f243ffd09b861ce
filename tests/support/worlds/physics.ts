import { satisfies } from 'semver'
import type { Action, ReleaseFacts, Situation, TargetFacts } from '#lib/orchestration/model.ts'

/** What of a target is there at one moment: bits. */
export const oldRuns = 1
export const oldServes = 2
export const newRuns = 4
export const newServes = 8
export const isOut = 16
export const atStart = oldRuns | oldServes
export const atEnd = newRuns | newServes

/** One moment: bits by target, versions by database. */
export interface Moment {
  bits: readonly number[]
  versions: readonly number[]
}

/** What of one world can be beside what: reckoned naively, once, for walks that visit every moment. */
export interface Physics {
  targets: readonly TargetFacts[]
  movers: readonly number[]
  databases: readonly { name: string; database: string; region: string | null; undo: readonly { from: number; to: number; action: Action | null }[]; reachedFrom: string }[]
  first: Moment
  /** Whether everything that is there at this moment can be there together. */
  allows(moment: Moment): boolean
  /** The database as starting these new instances leaves it. */
  start(mover: number, versions: readonly number[]): readonly number[]
  /** Null: it can run as things are. Else what has to be purged first; null in the list = nothing can. */
  purges(mover: number): readonly (Action | null)[]
  /** Why no plan at all can be made, before anything moves. */
  hopeless: boolean
  /** What is broken at the start and has to be said: names that have to be in one sentence. */
  excused: readonly Excused[]
}

/** `unlessUntouched`: has to be said only where the plan changes this database. */
interface Excused { names: readonly [string, string]; unlessUntouched: number | null }

interface Clash { a: number; aBit: number; b: number; bBit: number }
interface Need { target: number; bit: number; database: number; low: number; high: number; writes: number }

/** The physics of one small world. Written apart from planner and verifier, from the words of the model only. */
export function physicsOf(world: Situation): Physics {
  const { targets } = world
  const moves = (one: TargetFacts): boolean => one.goTo !== null && !(one.running?.length === 1 && one.running[0]?.digest === one.goTo.digest)
  const movers = targets.flatMap((one, index) => (moves(one) ? [index] : []))
  const old = targets.map((one) => (one.running ?? []).flatMap(({ release }) => (release ? [release] : [])))
  const next = targets.map((one) => (moves(one) && one.goTo ? [one.goTo] : []))
  const sides = targets.map((_, index) => [[oldServes, old[index]], [newServes, next[index]]] as [number, ReleaseFacts[]][])
  const providerOf = (contract: string): Set<string> => new Set(targets.flatMap((one, index) => ([...(old[index] ?? []), ...(next[index] ?? [])].some(({ offers }) => offers.some((offer) => offer.contract === contract)) ? [one.service] : [])))

  const breaks = (a: TargetFacts, x: ReleaseFacts, b: TargetFacts, y: ReleaseFacts): boolean =>
    x.calls.some((call) => (call.scope === 'global' || a.region === b.region) && providerOf(call.contract).has(b.service) && !y.offers.some((offer) => offer.contract === call.contract && satisfies(offer.version, call.range, { includePrerelease: true })))

  const clashes: Clash[] = []
  const excused: Excused[] = []
  targets.forEach((a, i) =>
    targets.forEach((b, j) => {
      if (!moves(a) && !moves(b)) return
      if (old[i]?.some((x) => old[j]?.some((y) => breaks(a, x, b, y)))) return void excused.push({ names: [a.service, b.service], unlessUntouched: null })
      for (const [aBit, xs] of sides[i] ?? []) for (const [bBit, ys] of sides[j] ?? []) if (xs.some((x) => ys.some((y) => breaks(a, x, b, y)))) clashes.push({ a: i, aBit, b: j, bBit })
    }),
  )
  for (const mover of movers) {
    const before = (old[mover] ?? []).filter((one) => one.digest !== targets[mover]?.goTo?.digest)
    if (before.length > 0 && [...before, ...(next[mover] ?? [])].some((one) => !one.besideItself)) clashes.push({ a: mover, aBit: oldRuns, b: mover, bBit: newRuns })
    const { instances, minUp } = targets[mover] as TargetFacts
    // Moving one by one takes one away; behind a drain nobody counts on it.
    if (instances - 1 < minUp) clashes.push({ a: mover, aBit: oldRuns, b: mover, bBit: newRuns })
  }

  const where = (release: ReleaseFacts, one: TargetFacts): string | null => (release.schema ? `${release.schema.database}/${release.schema.scope === 'global' ? '' : one.region}` : null)
  const known = new Map(world.databases.map((facts) => [`${facts.database}/${facts.region ?? ''}`, facts]))
  const databases = [...new Set([...known.keys(), ...targets.flatMap((one, index) => [...(old[index] ?? []), ...(next[index] ?? [])].flatMap((release) => where(release, one) ?? []))])].map((name) => {
    const facts = known.get(name)
    const [database = '', region = ''] = name.split('/')
    const written = targets.flatMap((one, index) => (old[index] ?? []).flatMap((release) => (release.schema && where(release, one) === name ? [release.schema.writes] : [])))
    return { name, database, region: region || null, version: facts?.version ?? Math.max(0, ...written), undo: facts?.undo ?? [], reachedFrom: facts?.reachedFrom ?? '' }
  })
  const suits = (version: number, need: Pick<Need, 'low' | 'high' | 'writes'>): boolean => version >= need.low && version <= need.high && version >= need.writes
  const needs = targets.flatMap((one, target) => {
    const of = (releases: readonly ReleaseFacts[], bit: number): Need[] =>
      releases.flatMap((release) => (release.schema ? [{ target, bit, database: databases.findIndex(({ name }) => name === where(release, one)), low: release.schema.reads[0], high: release.schema.reads[1], writes: release.schema.writes }] : []))
    const own = [...of(old[target] ?? [], oldRuns), ...of(next[target] ?? [], newRuns)]
    const broken = new Set(own.filter((need) => need.bit === oldRuns && !suits((databases[need.database] as { version: number }).version, need)).map((need) => need.database))
    for (const database of broken) excused.push({ names: [one.service, (databases[database] as { database: string }).database], unlessUntouched: moves(one) ? null : database })
    return own.filter((need) => !broken.has(need.database))
  })

  const maintained = new Set(world.windows.flatMap((window) => (window.kind === 'maintenance' ? window.targetIds : [])))
  const limits = world.limits.map((limit) => {
    const members = limit.members.flatMap(({ targetId, weight }) => targets.flatMap((one, index) => (one.targetId === targetId ? [{ index, weight, instances: one.instances, gone: one.out || maintained.has(targetId) }] : [])))
    return { ...limit, members, gone: members.reduce((sum, one) => sum + (one.gone ? one.weight : 0), 0) }
  })

  const allows = ({ bits, versions }: Moment): boolean => {
    for (const { a, aBit, b, bBit } of clashes) if ((bits[a] as number) & aBit && (bits[b] as number) & bBit) return false
    for (const need of needs) if ((bits[need.target] as number) & need.bit && !suits(versions[need.database] as number, need)) return false
    for (const limit of limits) {
      let moving = 0
      for (const { index, weight, instances, gone } of limit.members) {
        const state = bits[index] as number
        if (gone || !(state & isOut)) continue
        moving += limit.kind === 'capacity' && state & oldRuns && state & newRuns ? weight / instances : weight
      }
      if (moving > 0 && limit.gone + moving > limit.mayBeOut + 1e-9) return false
    }
    return true
  }

  const frozen = world.windows.some((window) => !(window.kind === 'freeze' && window.rollback && world.purpose === 'rollback') && window.targetIds.some((id) => movers.some((mover) => targets[mover]?.targetId === id)))
  return {
    targets,
    movers,
    databases,
    first: { bits: targets.map(() => atStart), versions: databases.map(({ version }) => version) },
    allows,
    start: (mover, versions) => versions.map((version, index) => Math.max(version, ...(next[mover] ?? []).flatMap((release) => (release.schema && where(release, targets[mover] as TargetFacts) === databases[index]?.name ? [release.schema.writes] : [])))),
    purges: (mover) =>
      (old[mover] ?? [])
        .filter((release) => release.digest !== targets[mover]?.goTo?.digest)
        .flatMap(({ residue }) => residue.leaves)
        .flatMap((left) => (next[mover]?.[0]?.residue.reads.some((read) => read.what === left.what && !satisfies(left.version, read.range, { includePrerelease: true })) ? [left.purge] : [])),
    hopeless: frozen || world.missing.length > 0 || targets.some((one) => one.goTo && !one.running),
    excused,
  }
}
