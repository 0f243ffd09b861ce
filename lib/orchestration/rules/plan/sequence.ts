import type { Batches } from './limits.ts'
import type { Layer } from './order.ts'
import type { Purge } from './residue.ts'
import * as steps from './steps.ts'
import type { Unit } from './units.ts'
import type { Source, Wait, Weave } from './weave.ts'
import { waitFor } from './weave.ts'
import type { Move, Mover, Undo, World } from './world.ts'
import { whereIs } from './world.ts'

export interface Order {
  layers: readonly (Layer & { limits: readonly Batches[] })[]
  purges: ReadonlyMap<Move, readonly Purge[]>
  /** The keys of the groups that move behind a drain. */
  groups: ReadonlyMap<Unit, string>
}

/** Puts everything in its place: bytes first, then region after region, within one what versions and limits allow. */
export function sequence(to: Weave, world: World, { layers, purges, groups }: Order): void {
  const units = layers.flatMap((layer) => layer.units)
  const staged = prepare(to, world, units.flatMap(({ moves }) => moves), layers[0]?.units.length ?? 0)
  const followers = countFollowers(units)
  const ends = new Map<Unit, readonly Source[]>()
  const endsOf = (some: readonly Unit[]): Source[] => some.flatMap((unit) => ends.get(unit) ?? [])
  let before: { region: string; sources: readonly Source[] } | null = null
  for (const [index, { region, units: own, limits }] of layers.entries()) {
    const turns = new Map<Unit, Wait[]>()
    const regionWaits: Wait[] = before ? waitFor(before.sources, (done) => `${region} waits until ${done}: least traffic first, one region at a time`) : []
    const starts = startsOf(limits)
    for (const unit of own) {
      for (const { limit, batches, at } of starts.get(unit) ?? []) {
        const batch = batches[at] ?? []
        const gathered = to.gather(`limit:${limit.facts.name}:${region}:${at}`, endsOf(batches[at - 1] ?? []), batch.length, `the next of ${limit.facts.name} may leave`)
        for (const later of batch) turns.set(later, [...(turns.get(later) ?? []), ...waitFor(gathered, (done) => `${later.moves[0]?.region ?? region} waits until ${done}: ${limit.words}`)])
      }
      const versions = unit.after.flatMap(({ unit: first, because }) => (ends.get(first) ?? []).map(({ key }) => ({ from: key, because })))
      const waits = [...versions, ...(turns.get(unit) ?? []), ...regionWaits]
      const begins = waits.length > 0 ? waits : waitFor(staged, (done) => `nothing is switched until ${done}`)
      const group = groups.get(unit)
      const last = group ? together(to, unit, group, purges, begins) : [...unit.moves, ...unit.undos].map((mover) => alone(to, mover, begins))
      ends.set(unit, group ? to.gather(`${group}:done`, last, followers.get(unit) ?? 0, `${group} is done`) : last)
    }
    before = { region, sources: to.gather(`region:${region}`, endsOf(own), layers[index + 1]?.units.length ?? 0, `${region} is done`) }
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

/** Which batches begin with which unit; the first of each waits for none. */
function startsOf(limits: readonly Batches[]): Map<Unit, (Batches & { at: number })[]> {
  const starts = new Map<Unit, (Batches & { at: number })[]>()
  for (const limit of limits) {
    for (const [at, [first]] of limit.batches.entries()) if (first && at > 0) starts.set(first, [...(starts.get(first) ?? []), { ...limit, at }])
  }
  return starts
}

/** A target that serves while it moves, or one schema version that is taken back. */
function alone(to: Weave, mover: Mover, waits: readonly Wait[]): Source {
  if (mover.kind === 'undo') return to.add(steps.migrate(mover), waits)
  const deployed = to.add(steps.deploy(mover, false), held(to, mover, waits))
  return to.add(steps.verify(mover, false), [{ from: deployed.key, because: `what ${mover.region} really serves is looked at after the switch` }])
}

/** Where a controller would undo the work it is held first, and the rest waits for that. */
function held(to: Weave, move: Move, waits: readonly Wait[]): readonly Wait[] {
  const hold = steps.hold(move)
  return hold ? waitFor([to.add(hold, waits)], (done) => `it would undo the work: ${done} first`) : waits
}

/** Traffic closed, all old stopped, residue purged and schemas taken back, all new started, checked, opened. */
function together(to: Weave, unit: Unit, group: string, purges: Order['purges'], waits: readonly Wait[]): readonly Source[] {
  const moves = unit.moves.filter((move) => !unit.serving.includes(move))
  const begins = waitFor(to.gather(`${group}:begin`, waits.map(({ from, because }) => ({ key: from, done: because })), moves.length, `${group} begins`, (because) => because), (done) => done)
  const drained = to.gather(`${group}:drained`, moves.map((move) => to.add(steps.drain(move), held(to, move, begins))), moves.length, `${group} serves nobody`)
  const stops = moves.map((move) => to.add(steps.stop(move), waitFor(drained, (done) => `nothing of ${group} is stopped until ${done}`)))
  const cleanings = moves.flatMap((move) => (purges.get(move) ?? []).map((purge) => steps.purge(move, purge)))
  const stopped = to.gather(`${group}:stopped`, stops, cleanings.length + unit.undos.length + unit.serving.length || moves.length, `all old releases of ${group} are stopped`)
  const purged = cleanings.map((draft) => to.add(draft, waitFor(stopped, (done) => `nothing is purged until ${done}`)))
  const clean = [...purged, ...(unit.serving.length > 0 ? meanwhile(to, unit.serving, group, stopped) : takenBack(to, unit.undos, stopped))]
  const cleared = clean.length > 0 ? to.gather(`${group}:clear`, clean, moves.length, `nothing of the old is left in ${group}`) : stopped
  const deployed = moves.map((move) => ({ move, source: to.add(steps.deploy(move, true), waitFor(cleared, (done) => `no new release starts until ${done}`)) }))
  const verified = deployed.map(({ move, source }) => to.add(steps.verify(move, true), [{ from: source.key, because: `what runs as ${whereIs(move.target)} is looked at before it is opened` }]))
  const checked = to.gather(`${group}:checked`, verified, moves.length, `all new releases of ${group} are checked`)
  return moves.map((move) => to.add(steps.open(move), waitFor(checked, (done) => `nothing of ${group} is opened until ${done}`)))
}

/** The schema versions that a group takes back: each database's one at a time, databases beside each other. */
function takenBack(to: Weave, undos: readonly Undo[], stopped: readonly Source[]): Source[] {
  const ends: Source[] = []
  for (const [index, undo] of undos.entries()) {
    const previous = undos[index - 1]
    const chained = previous && previous.database === undo.database && previous.region === undo.region ? ends.pop() : undefined
    ends.push(to.add(steps.migrate(undo), chained ? waitFor([chained], (done) => `one version at a time: ${done}`) : waitFor(stopped, (done) => `no schema is taken back until ${done}`)))
  }
  return ends
}

/** What moves while a group is behind its drain, one after the other, so that no more than one of it is out besides. */
function meanwhile(to: Weave, serving: Unit['serving'], group: string, stopped: readonly Source[]): readonly Source[] {
  let before = stopped
  for (const mover of serving) {
    const waits = waitFor(before, (done) => `one after the other while ${group} serves nobody: ${done}`)
    before = [alone(to, mover, waits)]
  }
  return before
}
