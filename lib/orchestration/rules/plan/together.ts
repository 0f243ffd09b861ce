import { callersFirst } from './callers-first.ts'
import type { Purge } from './residue.ts'
import * as steps from './steps.ts'
import type { Unit } from './units.ts'
import type { Source, Wait, Weave } from './weave.ts'
import { waitFor } from './weave.ts'
import type { Move, Mover, Undo } from './world.ts'
import { whereIs } from './world.ts'

/** A target that serves while it moves, or one schema version that is taken back. */
export function alone(to: Weave, mover: Mover, waits: readonly Wait[]): Source {
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
export function together(to: Weave, unit: Unit, group: string, purges: ReadonlyMap<Move, readonly Purge[]>, waits: readonly Wait[]): readonly Source[] {
  const moves = unit.moves.filter((move) => !unit.serving.includes(move))
  const begins = waitFor(to.gather(`${group}:begin`, waits.map(({ from, because }) => ({ key: from, done: because })), moves.length, `${group} begins`, (because) => because), (done) => done)
  const drained = to.gather(`${group}:drained`, closed(to, moves, begins), moves.length, `${group} serves nobody`)
  const stops = moves.map((move) => to.add(steps.stop(move), waitFor(drained, (done) => `nothing of ${group} is stopped until ${done}`)))
  const cleanings = moves.flatMap((move) => (purges.get(move) ?? []).map((purge) => steps.purge(move, purge)))
  const stopped = to.gather(`${group}:stopped`, stops, cleanings.length + unit.undos.length + unit.serving.length || moves.length, `all old releases of ${group} are stopped`)
  const purged = cleanings.map((draft) => to.add(draft, waitFor(stopped, (done) => `nothing is purged until ${done}`)))
  const clean = [...purged, ...(unit.serving.length > 0 ? meanwhile(to, unit.serving, group, stopped) : takenBack(to, unit.undos, stopped))]
  const cleared = clean.length > 0 ? to.gather(`${group}:clear`, clean, moves.length, `nothing of the old is left in ${group}`) : stopped
  const verified = started(to, unit, moves, waitFor(cleared, (done) => `no new release starts until ${done}`))
    .map(({ move, source }) => to.add(steps.verify(move, true), [{ from: source.key, because: `what runs as ${whereIs(move.target)} is looked at before it is opened` }]))
  const checked = to.gather(`${group}:checked`, verified, moves.length, `all new releases of ${group} are checked`)
  return opened(to, moves, waitFor(checked, (done) => `nothing of ${group} is opened until ${done}`))
}

/** Callers are closed first, so that what they have under way still finds what it calls. */
function closed(to: Weave, moves: readonly Move[], begins: readonly Wait[]): Source[] {
  const drains = new Map<Move, Source>()
  for (const { move, callers } of callersFirst(moves, ({ now }) => now)) {
    const waits = callers.flatMap((caller) => drains.get(caller) ?? [])
    drains.set(move, to.add(steps.drain(move), [...held(to, move, begins), ...waitFor(waits, (done) => `what is under way still calls it: ${done} first`)]))
  }
  return [...drains.values()]
}

/** All at once, but who takes a schema up starts before whoever needs it there. */
function started(to: Weave, { inside }: Unit, moves: readonly Move[], waits: readonly Wait[]): { move: Move; source: Source }[] {
  const sources = new Map<Mover, Source>()
  const start = (move: Move): Source => {
    const before = inside.flatMap(({ starts, first, then, because }) => (starts && then === move && first.kind === 'move' && moves.includes(first) ? [{ from: start(first).key, because }] : []))
    const source = sources.get(move) ?? to.add(steps.deploy(move, true), [...waits, ...before])
    sources.set(move, source)
    return source
  }
  return moves.map((move) => ({ move, source: start(move) }))
}

/** The other way round: what is called is open before its callers are. */
function opened(to: Weave, moves: readonly Move[], checked: readonly Wait[]): Source[] {
  const order = callersFirst(moves, (move) => [move.to])
  const providers = new Map<Move, Move[]>()
  for (const { move, callers } of order) for (const caller of callers) providers.set(caller, [...(providers.get(caller) ?? []), move])
  const opens = new Map<Move, Source>()
  for (const { move } of order.toReversed()) {
    const waits = (providers.get(move) ?? []).flatMap((provider) => opens.get(provider) ?? [])
    opens.set(move, to.add(steps.open(move), [...checked, ...waitFor(waits, (done) => `it is let in when what it calls is there: ${done}`)]))
  }
  return [...opens.values()]
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
