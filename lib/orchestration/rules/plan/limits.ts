import type { LimitFacts, TargetFacts } from '../../model.ts'
import { circles } from './circles.ts'
import { minimise } from './conflict.ts'
import type { Layer } from './order.ts'
import type { Unit } from './units.ts'
import type { Move, Mover, Refusal, World } from './world.ts'
import { allOf, byName, refuse, whereIs } from './world.ts'

/** A limit as it stands before anything moves. */
export interface Limit {
  facts: LimitFacts
  /** `quorum ledger-nodes of 3 may miss 1` */
  words: string
  weights: ReadonlyMap<string, number>
  /** Members that are out whatever the plan does. */
  out: readonly TargetFacts[]
  outWeight: number
}

/** Units of one layer that may be out at the same time under one limit; batches follow each other. */
export interface Batches {
  limit: Limit
  batches: readonly (readonly Unit[])[]
}

/** Sums of weights and shares are not exact: as much more than allowed is still allowed. */
const tolerance = 1e-9

export function readLimits({ situation }: World): Limit[] {
  const byId = new Map(situation.targets.map((target) => [target.targetId, target]))
  const maintained = new Set(situation.windows.filter(({ kind }) => kind === 'maintenance').flatMap(({ targetIds }) => targetIds))
  return [...situation.limits]
    .sort((a, b) => byName(a.name, b.name))
    .map((facts) => {
      const members = facts.members.flatMap(({ targetId, weight }) => ({ target: byId.get(targetId), weight }))
      const out = members.filter(({ target }) => target && (target.out || maintained.has(target.targetId)))
      const total = facts.members.reduce((sum, { weight }) => sum + weight, 0)
      return {
        facts,
        words: `${facts.kind} ${facts.name} of ${rounded(total)} may miss ${rounded(facts.mayBeOut)}`,
        weights: new Map(facts.members.map(({ targetId, weight }) => [targetId, weight])),
        out: out.flatMap(({ target }) => target ?? []),
        outWeight: out.reduce((sum, { weight }) => sum + weight, 0),
      }
    })
}

const mostFacts = 300

const rounded = (value: number): string => String(Math.round(value * 1_000) / 1_000)

/** What a target that moves adds to what is out. */
function weightOf({ facts, weights, out }: Limit, { target }: Move, drained: boolean): number {
  const whole = weights.get(target.targetId) ?? 0
  if (whole === 0 || out.some(({ targetId }) => targetId === target.targetId)) return 0
  return facts.kind === 'quorum' || drained ? whole : whole / Math.max(1, target.instances)
}

/** All that is behind the drain is out together; of what moves meanwhile, one at a time. */
function unitWeight(limit: Limit, { moves, drained, serving }: Unit): number {
  const behind = moves.filter((move) => !serving.includes(move))
  const meanwhile = serving.flatMap((mover) => (mover.kind === 'move' ? [weightOf(limit, mover, false)] : []))
  return behind.reduce((sum, move) => sum + weightOf(limit, move, drained !== null), 0) + Math.max(0, ...meanwhile)
}

/** Whether it is too much for a limit even where nothing else moves. */
export function isOver(limit: Limit, unit: Unit): boolean {
  const weight = unitWeight(limit, unit)
  return weight > 0 && isTooMuch(limit, limit.outWeight + weight)
}

const isTooMuch = ({ facts }: Limit, out: number): boolean => out > facts.mayBeOut + tolerance

/** What alone exceeds a limit, with the smallest set of facts that make it so. */
export function overLimit(limits: readonly Limit[], units: readonly Unit[]): Refusal | null {
  for (const limit of limits) {
    const unit = units.find((one) => isOver(limit, one))
    if (unit) return refusalOf(limit, unit)
  }
  return null
}

function refusalOf(limit: Limit, unit: Unit): Refusal {
  // To leave out each fact in turn costs the square of them: a conflict of hundreds is no help to anybody as it is.
  const inside = unit.inside.length <= mostFacts ? unit.inside : []
  const facts = [
    ...limit.out.map((target) => ({ says: `${whereIs(target)} is out already`, out: limit.weights.get(target.targetId) ?? 0, edge: null })),
    ...inside.map((edge) => ({ says: edge.because, out: 0, edge })),
  ]
  const kept = minimise(inside.length < unit.inside.length ? [] : facts, (some) => {
    const edges = some.flatMap(({ edge }) => edge ?? [])
    const out = some.reduce((sum, fact) => sum + fact.out, 0)
    const before = new Map<Mover, Mover[]>()
    for (const { first, then } of edges) before.set(then, [...(before.get(then) ?? []), first])
    return circles<Mover>([...unit.moves, ...unit.undos], (mover) => before.get(mover) ?? []).some((set) => {
      const weight = set.reduce((sum, mover) => sum + (mover.kind === 'move' ? weightOf(limit, mover, unit.drained !== null) : 0), 0)
      return weight > 0 && isTooMuch(limit, out + weight)
    })
  })
  const members = unit.moves.filter((move) => weightOf(limit, move, true) > 0).map(({ target }) => whereIs(target))
  const already = kept.filter(({ edge }) => !edge).map(({ says }) => says)
  const how = members.length > 1 ? 'would be out together' : unit.drained ? `would be out while it moves (${unit.drained})` : 'would be out while it moves'
  // Of two that ask for each other there is no other way; with more of them, or a schema between them, some might be out one after the other.
  const proven = unit.moves.length <= 2 && unit.undos.length === 0
  return refuse(`${proven ? '' : 'no plan found: '}${allOf(members)} ${how}, and ${limit.words}${already.length > 0 ? `; ${allOf(already)}` : ''}`, [...members.map((member) => `${member} has to move`), ...kept.map(({ says }) => says), ...(unit.moves.length === 1 && unit.drained ? [unit.drained] : []), limit.words])
}

/** For each limit, what of a layer may be out together: filled up in the order of the layer. */
export function batchesOf(limits: readonly Limit[], layer: Layer): Batches[] {
  return limits.flatMap((limit) => {
    const batches: Unit[][] = []
    let out = 0
    for (const unit of layer.units) {
      const weight = unitWeight(limit, unit)
      if (weight === 0) continue
      if (batches.length === 0 || isTooMuch(limit, out + weight)) {
        batches.push([])
        out = limit.outWeight
      }
      batches.at(-1)?.push(unit)
      out += weight
    }
    return batches.length > 1 ? [{ limit, batches }] : []
  })
}
