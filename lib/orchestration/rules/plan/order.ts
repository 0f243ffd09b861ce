import type { Unit } from './units.ts'
import type { World } from './world.ts'
import { byName, someOf, whereIs } from './world.ts'

/** Units that may be under way together, as far as regions are concerned; layers follow each other. */
export interface Layer {
  region: string
  units: readonly Unit[]
}

/**
 * One region at a time, least traffic first, so that a wrong way back is found where it hurts least. Versions come
 * before that: what has to follow something in a later region moves with that region, and a note says so. Within a
 * region least traffic first, then by name, as the precedences allow: the same world gives the same order.
 */
export function layersOf(world: World, units: readonly Unit[]): { layers: Layer[]; notes: string[] } {
  const rank = new Map(world.regions.map((region, index) => [region, index]))
  const own = ranksOf(units, rank, world.regions.length)
  const layerOf = new Map<Unit, number>()
  // Units come after what they wait for, so one pass is enough.
  for (const unit of units) layerOf.set(unit, Math.max(own.get(unit) ?? 0, ...unit.after.map(({ unit: before }) => layerOf.get(before) ?? 0)))
  const order = sorted(units, layerOf)
  return {
    layers: world.regions.map((region, index) => ({ region, units: order.filter((unit) => layerOf.get(unit) === index) })).filter((layer) => layer.units.length > 0),
    notes: notesOf(world, order, layerOf, rank),
  }
}

/** The region that a unit belongs to: the last of its members'. A database for all regions is changed when the first that waits for it needs it. */
function ranksOf(units: readonly Unit[], rank: ReadonlyMap<string, number>, regions: number): Map<Unit, number> {
  const ranks = new Map<Unit, number>()
  const neededAt = new Map<Unit, number>()
  for (const unit of [...units].reverse()) {
    const places = [...unit.moves.map(({ region }) => region), ...unit.undos.map(({ region }) => region)].flatMap((region) => (region === null ? [] : (rank.get(region) ?? [])))
    const own = places.length > 0 ? Math.max(...places) : Math.min(neededAt.get(unit) ?? regions - 1, regions - 1)
    ranks.set(unit, own)
    for (const { unit: before } of unit.after) neededAt.set(before, Math.min(neededAt.get(before) ?? Infinity, own))
  }
  return ranks
}

/** Kahn's algorithm with the ready ones kept in order. */
function sorted(units: readonly Unit[], layerOf: ReadonlyMap<Unit, number>): Unit[] {
  const share = new Map(units.map((unit) => [unit, Math.max(0, ...unit.moves.map((move) => move.share))]))
  const compare = (a: Unit, b: Unit): number => (layerOf.get(a) ?? 0) - (layerOf.get(b) ?? 0) || (share.get(a) ?? 0) - (share.get(b) ?? 0) || byName(a.name, b.name)
  const waiting = new Map(units.map((unit) => [unit, unit.after.length]))
  const followers = new Map<Unit, Unit[]>(units.map((unit) => [unit, []]))
  for (const unit of units) for (const { unit: before } of unit.after) followers.get(before)?.push(unit)
  const ready = units.filter((unit) => unit.after.length === 0).sort(compare)
  const order: Unit[] = []
  for (let unit = ready.shift(); unit; unit = ready.shift()) {
    order.push(unit)
    for (const follower of followers.get(unit) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1
      waiting.set(follower, left)
      if (left === 0) ready.splice(placeFor(follower, ready, compare), 0, follower)
    }
  }
  return order
}

/** Where it belongs among the ready ones, by halving. */
function placeFor<T>(one: T, among: readonly T[], compare: (a: T, b: T) => number): number {
  let [low, high] = [0, among.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(among[middle] as T, one) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function notesOf(world: World, order: readonly Unit[], layerOf: ReadonlyMap<Unit, number>, rank: ReadonlyMap<string, number>): string[] {
  const late = new Map<string, string[]>()
  for (const unit of order) {
    const layer = layerOf.get(unit) ?? 0
    const host = world.regions[layer] ?? ''
    for (const { target, region } of unit.moves) if ((rank.get(region) ?? 0) < layer) late.set(host, [...(late.get(host) ?? []), whereIs(target)])
  }
  return [...late].map(([region, places]) => `${someOf(places)} ${places.length === 1 ? 'moves' : 'move'} with ${region} and not before it: versions come before the order of regions`)
}
