import { circles } from './circles.ts'
import type { Limit } from './limits.ts'
import { isOver } from './limits.ts'
import type { Unit } from './units.ts'
import type { Move, Mover } from './world.ts'

/** Twice as many ways are tried for each further member: larger groups stay as they are. */
const mostMembers = 8

/**
 * A group that is too heavy for a limit, with fewer of it behind the drain: the others move while those serve nobody,
 * one after the other, and weigh less. Which may stay outside follows from what holds the group together: what is
 * left of it without the drained ones has to be in some order. The fewest behind the drain; the group itself where none fits.
 */
export function lighter(unit: Unit, limits: readonly Limit[]): Unit {
  if (unit.moves.length < 2 || unit.moves.length > mostMembers) return unit
  if (!unit.inside.some(({ apart }) => apart) && !limits.some((limit) => isOver(limit, unit))) return unit
  for (const drained of subsets(unit.moves)) {
    const serving = orderWithout(unit, new Set(drained))
    if (!serving) continue
    const form = { ...unit, serving }
    if (!limits.some((limit) => isOver(limit, form))) return form
  }
  return unit
}

/** What moves or is taken back while these are drained, in an order that all of it bears; null where there is none. */
function orderWithout({ moves, undos, inside, mustDrain }: Unit, drained: ReadonlySet<Mover>): Mover[] | null {
  const others = [...moves, ...undos].filter((mover) => !drained.has(mover))
  if (others.some((mover) => mover.kind === 'move' && mustDrain.has(mover)) || inside.some(({ apart, starts, first, then }) => drained.has(first) && (apart || (starts && !drained.has(then))))) return null
  const before = new Map<Mover, Mover[]>(others.map((mover) => [mover, []]))
  for (const { first, then } of inside) if (before.has(first)) before.get(then)?.push(first)
  const sets = circles(others, (mover) => before.get(mover) ?? [])
  return sets.every((set) => set.length === 1) ? sets.flat() : null
}

/** All of them but the empty one and the whole, the small ones first. */
function subsets(moves: readonly Move[]): Move[][] {
  const all = Array.from({ length: 2 ** moves.length - 2 }, (_, index) => moves.filter((_move, at) => (index + 1) & (1 << at)))
  return all.sort((a, b) => a.length - b.length)
}
