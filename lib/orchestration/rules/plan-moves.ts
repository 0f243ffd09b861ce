import type { NoPlan, PlanDocument, PlanResult, Situation } from '../model.ts'
import { alsoMoveFor, withAlong } from './plan/along.ts'
import type { Schemas } from './plan/databases.ts'
import { readSchemas } from './plan/databases.ts'
import { documentOf, nameGroups } from './plan/document.ts'
import { missingHands } from './plan/hands.ts'
import { batchesOf, overLimit, readLimits } from './plan/limits.ts'
import { notesOf, readWorld } from './plan/movers.ts'
import { layersOf } from './plan/order.ts'
import type { Pairs } from './plan/pairs.ts'
import { readPairs } from './plan/pairs.ts'
import { readResidue } from './plan/residue.ts'
import type { Order } from './plan/sequence.ts'
import { unitsOf } from './plan/units.ts'
import type { Refusal, World } from './plan/world.ts'
import { isRefusal, refuse } from './plan/world.ts'

/**
 * The order in which targets move so that every mix of versions on the way is allowed, as a DAG with a reason on every
 * edge. What cannot move one after the other moves together behind a drain. Says "no plan found" where it finds none:
 * that is not a proof that none exists.
 */
export function planMoves(situation: Situation): PlanResult {
  const found = plan(situation)
  if (!isRefusal(found)) return { ok: true, document: found }
  const alsoMove = alsoMoveFor(situation, found, (world) => refusalOf(plan(world)))
  return { ok: false, because: found.because, conflict: found.conflict, alsoMove }
}

/** The plan in which these come along, each to its own last known good: what `alsoMove` of a refusal offers. */
export function planAlong(situation: Situation, alsoMove: NonNullable<NoPlan['alsoMove']>): PlanResult {
  return planMoves(withAlong(situation, new Set(alsoMove.map(({ targetId }) => targetId))))
}

const refusalOf = (found: PlanDocument | Refusal): Refusal | null => (isRefusal(found) ? found : null)

function plan(situation: Situation): PlanDocument | Refusal {
  const world = readWorld(situation)
  if (isRefusal(world)) return world
  const pairs = readPairs(world)
  if (isRefusal(pairs)) return pairs
  const purges = readResidue(world)
  if (isRefusal(purges)) return purges
  const schemas = readSchemas(world, true)
  const mending = isRefusal(schemas) ? schemas : arrange(world, pairs, schemas, purges)
  if (!isRefusal(mending) || isRefusal(schemas) || schemas.excused.length === 0) return mending
  // To mend what was broken anyway may ask for more than limits or agents allow; to leave it as it is is no worse than now.
  const leaving = readSchemas(world, false)
  const left = isRefusal(leaving) ? leaving : arrange(world, pairs, leaving, purges)
  return isRefusal(left) ? mending : left
}

function arrange(world: World, pairs: Pairs, schemas: Schemas, purges: Order['purges']): PlanDocument | Refusal {
  const limits = readLimits(world)
  const units = unitsOf([...world.moves, ...schemas.undos], [...pairs.precedences, ...schemas.precedences], { alone: schemas.alone, purges }, limits)
  const apart = units.flatMap(({ inside, serving }) => inside.filter(({ apart: never, first }) => never && !serving.includes(first)))[0]
  if (apart) return refuse(`no plan found: ${apart.because}, and they would have to move together`)
  const over = overLimit(limits, units)
  if (over) return over
  const { layers, notes } = layersOf(world, units)
  const order = { layers: layers.map((layer) => ({ ...layer, limits: batchesOf(limits, layer) })), purges, groups: nameGroups(layers.flatMap((layer) => layer.units)) }
  const document = documentOf(world, { pairs, schemas, order, notes: [...notesOf(world), ...notes] })
  return missingHands(document, world.situation.regions) ?? document
}
