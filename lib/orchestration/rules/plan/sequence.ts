import type { Batches } from './limits.ts'
import type { Layer } from './order.ts'
import type { Purge } from './residue.ts'
import * as steps from './steps.ts'
import { alone, together } from './together.ts'
import type { Unit } from './units.ts'
import type { Source, Wait, Weave } from './weave.ts'
import { waitFor } from './weave.ts'
import type { Move, World } from './world.ts'

export interface Order {
  layers: readonly LimitedLayer[]
  purges: ReadonlyMap<Move, readonly Purge[]>
  /** The keys of the groups that move behind a drain. */
  groups: ReadonlyMap<Unit, string>
}

interface LimitedLayer extends Layer {
  limits: readonly Batches[]
}

type Ends = Map<Unit, readonly Source[]>
const endsOf = (ends: Ends, units: readonly Unit[]): Source[] => units.flatMap((unit) => ends.get(unit) ?? [])

/** Puts everything in its place: bytes first, then region after region, within one what versions and limits allow. */
export function sequence(to: Weave, world: World, { layers, purges, groups }: Order): void {
  const units = layers.flatMap((layer) => layer.units)
  const staged = prepare(to, world, units.flatMap(({ moves }) => moves), layers[0]?.units.length ?? 0)
  const followers = countFollowers(units)
  const ends: Ends = new Map()
  let regionBefore: readonly Source[] = []
  for (const [index, layer] of layers.entries()) {
    const { region } = layer
    const turnOf = turnsIn(to, layer, ends)
    for (const unit of layer.units) {
      const versions = unit.after.flatMap(({ unit: first, because }) => (ends.get(first) ?? []).map(({ key }) => ({ from: key, because })))
      const waits = [...versions, ...turnOf(unit), ...waitFor(regionBefore, (done) => `${region} waits until ${done}: least traffic first, one region at a time`)]
      const begins = waits.length > 0 ? waits : waitFor(staged, (done) => `nothing is switched until ${done}`)
      const group = groups.get(unit)
      const last = group ? together(to, unit, group, purges, begins) : [...unit.moves, ...unit.undos].map((mover) => alone(to, mover, begins))
      ends.set(unit, group ? to.gather(`${group}:done`, last, followers.get(unit) ?? 0, `${group} is done`) : last)
    }
    regionBefore = to.gather(`region:${region}`, endsOf(ends, layer.units), layers[index + 1]?.units.length ?? 0, `${region} is done`)
  }
}

/** Bytes are where they will run, and configuration is kept, before anything is touched. */
function prepare(to: Weave, { situation: { purpose } }: World, moves: readonly Move[], followers: number): readonly Source[] {
  const sources = moves.flatMap((move) => [...(purpose === 'deployment' ? [to.add(steps.snapshot(move), [])] : []), to.add(steps.stage(move), [])])
  return to.gather('staged', sources, followers, 'every region has what it needs')
}

function countFollowers(units: readonly Unit[]): Map<Unit, number> {
  const followers = new Map<Unit, number>()
  for (const { after } of units) for (const { unit } of after) followers.set(unit, (followers.get(unit) ?? 0) + 1)
  return followers
}

/**
 * What the limits of a layer let a unit wait for: all of the batch before its own. Asked unit after unit, in the order
 * of the layer: when a batch begins, all of the one before it is there.
 */
function turnsIn(to: Weave, { region, limits }: LimitedLayer, ends: Ends): (unit: Unit) => readonly Wait[] {
  const turns = new Map<Unit, Wait[]>()
  const begins = new Map<Unit, (() => void)[]>()
  const on = <Value>(map: Map<Unit, Value[]>, unit: Unit, values: readonly Value[]): unknown => map.set(unit, [...(map.get(unit) ?? []), ...values])
  for (const { limit, batches } of limits) {
    for (const [at, batch] of batches.entries()) {
      const [first] = batch
      const previous = batches[at - 1]
      if (!first || !previous) continue
      const begin = (): void => {
        const sources = to.gather(`limit:${limit.facts.name}:${region}:${at}`, endsOf(ends, previous), batch.length, `the next of ${limit.facts.name} may leave`)
        for (const unit of batch) on(turns, unit, waitFor(sources, (done) => `${unit.moves[0]?.region ?? region} waits until ${done}: ${limit.words}`))
      }
      on(begins, first, [begin])
    }
  }
  return (unit) => {
    for (const begin of begins.get(unit) ?? []) begin()
    return turns.get(unit) ?? []
  }
}
