import type { PlanDocument } from '../../model.ts'
import { planVersion } from '../../model.ts'
import type { Change } from '../losses.ts'
import { lossesOf, reversibility } from '../losses.ts'
import type { Schemas } from './databases.ts'
import type { Pairs } from './pairs.ts'
import type { Order } from './sequence.ts'
import { sequence } from './sequence.ts'
import { bytesOf, schemaPlace, undoKey } from './steps.ts'
import type { Unit } from './units.ts'
import { weave } from './weave.ts'
import type { Move, World } from './world.ts'
import { byName, whereIs } from './world.ts'

export interface Findings {
  pairs: Pairs
  schemas: Schemas
  order: Order
  notes: readonly string[]
}

/** The plan as it is hashed, voted on and run. */
export function documentOf(world: World, { pairs, schemas, order, notes }: Findings): PlanDocument {
  const { purpose, environment, agentKind } = world.situation
  const units = order.layers.flatMap((layer) => layer.units)
  const moves = units.flatMap((unit) => unit.moves.map((move) => ({ move, group: unit.serving.includes(move) ? null : (order.groups.get(unit) ?? null) })))
  const migrations = units.flatMap((unit) => unit.undos.map((undo) => ({ undo, group: order.groups.get(unit) ?? null })))
  const woven = weave(world.situation)
  sequence(woven, world, order)
  const changes = moves.map(({ move }) => changeOf(move))
  const outages = [...order.groups.keys()].flatMap((unit) => behindDrain(unit).map((move) => whereIs(move.target)))
  const effects = {
    undone: schemas.undos,
    raised: schemas.raises,
    outages,
    purged: [...order.purges].flatMap(([move, purges]) => purges.map(({ what }) => ({ what, where: whereIs(move.target) }))),
  }
  return {
    v: planVersion, purpose, environment, agentKind, playbook: null,
    moves: moves.map(({ move: { target, to }, group }) => ({
      target: target.targetId, service: target.service, region: target.region,
      from: (target.running ?? []).map((one) => ({ digest: one.digest, version: one.release?.version ?? null })).sort((a, b) => byName(a.digest, b.digest)),
      to: { releaseId: to.releaseId, ...bytesOf(to) }, why: target.why, group,
    })),
    migrations: migrations.map(({ undo, group }) => ({ database: undo.database, region: undo.region, from: undo.from, to: undo.to, step: undoKey(undo), group })),
    groups: [...order.groups].map(([unit, key]) => ({ key, because: unit.drained ?? '' })),
    steps: [...woven.steps],
    edges: [...woven.edges],
    locks: locksOf(world, pairs, schemas),
    excused: [...new Set([...pairs.excused, ...schemas.excused])].sort(byName),
    losses: lossesOf(changes, effects),
    reversible: reversibility(changes, effects),
    leaves: moves.flatMap(({ move: { target } }) => (target.reconciler ? [{ what: `${target.reconciler.name} is held for ${whereIs(target)}`, undo: target.reconciler.undo }] : [])),
    notes: [...notes, ...outageNotes(order), ...schemas.raises.map((raise) => `starting the new releases takes ${schemaPlace(raise)} from schema ${raise.from} to ${raise.to}`)],
  }
}

/** What of a group serves now and nobody while it moves. */
const behindDrain = ({ moves, serving }: Unit): Move[] => moves.filter((move) => (move.target.running ?? []).length > 0 && !serving.includes(move))

const changeOf = ({ target, old, to }: Move): Change => ({ service: target.service, region: target.region, old, to, unknown: (target.running ?? []).some(({ release }) => !release) })

function outageNotes({ groups }: Order): string[] {
  return [...groups].flatMap(([unit, key]) => [
    ...behindDrain(unit).map(({ target }) => `${whereIs(target)} serves nobody while ${key} moves; its callers there get no answer`),
    ...unit.serving.flatMap((mover) => (mover.kind === 'move' ? [`${whereIs(mover.target)} serves on and moves while ${key} serves nobody: all of them out at the same time would be too much`] : [])),
  ])
}

/** What moves is locked for nobody else; what it was proven to work with may be shared, and must not change meanwhile. */
function locksOf({ situation: { environment }, moves }: World, pairs: Pairs, schemas: Schemas): PlanDocument['locks'] {
  const name = ({ service, region }: { service: string; region: string }): string => `target:${environment}/${service}/${region}`
  const exclusive = [...moves.map(({ target }) => name(target)), ...schemas.undos.map(({ database, region }) => `schema:${environment}/${database}/${region ?? 'global'}`)]
  return { exclusive: [...new Set(exclusive)].sort(byName), shared: [...new Set([...pairs.neighbours, ...schemas.neighbours].map(name))].sort(byName) }
}

/** The groups in the order in which they move. */
export const nameGroups = (units: readonly Unit[]): Map<Unit, string> => new Map(units.filter(({ drained }) => drained !== null).map((unit, index) => [unit, `group:${index + 1}`]))
