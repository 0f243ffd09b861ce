import { expect, test } from 'vitest'
import { chance } from '#tests/support/worlds/chance.ts'
import { smallWorld } from '#tests/support/worlds/small-world.ts'
import type { Situation } from '../../model.ts'
import { planAlong, planMoves } from '../plan-moves.ts'
import { verifyPlan } from '../verify-plan.ts'
import { withAlong } from './along.ts'

const worlds = process.env['KNOWNGOOD_LONG'] ? 10_000 : 600

/** A world in which less was asked for than there is a plan for: what was left out knows where it could go. */
function asksForLess(seed: number): Situation | null {
  const draw = chance(seed)
  const world = smallWorld(seed, seed % 4 === 0 ? 'pairs' : 'all')
  const targets = world.targets.map((target) => (target.goTo && draw.often(0.5) ? { ...target, candidate: target.goTo, goTo: null } : target))
  return planMoves(world).ok && targets.some(({ goTo }) => goTo) ? { ...world, targets } : null
}

/** How few further targets make a plan possible, by trying all sets of them; null where none does. */
function fewest(world: Situation): number | null {
  const spare = world.targets.filter(({ candidate }) => candidate)
  const sizes = Array.from({ length: 2 ** spare.length }, (_, set) => spare.filter((_target, at) => set & (1 << at)).map(({ targetId }) => targetId))
    .filter((ids) => planMoves(withAlong(world, new Set(ids))).ok)
    .map((ids) => ids.length)
  return sizes.length > 0 ? Math.min(...sizes) : null
}

test(`of ${worlds} small worlds that ask for too little, the smallest set that makes a plan possible is named, and makes one`, { timeout: 600_000 }, () => {
  const counts = { refused: 0, named: 0, several: 0, missed: 0, none: 0 }
  for (let seed = 1; seed <= worlds; seed++) {
    const world = asksForLess(seed)
    const result = world && planMoves(world)
    if (!world || !result || result.ok) continue
    counts.refused++
    const least = fewest(world)
    if (!result.alsoMove) {
      counts[least === null ? 'none' : 'missed']++
      continue
    }
    counts.named++
    if (result.alsoMove.length > 1) counts.several++
    expect.soft({ seed, named: result.alsoMove.length }).toEqual({ seed, named: least })
    const along = planAlong(world, result.alsoMove)
    expect.soft(along.ok && verifyPlan(along.document, withAlong(world, new Set(result.alsoMove.map(({ targetId }) => targetId)))), `seed ${seed}`).toMatchObject({ holds: true })
    expect.soft(along.ok && along.document.moves.filter(({ why }) => why === 'along').map(({ target }) => target).sort(), `seed ${seed}`).toEqual(result.alsoMove.map(({ targetId }) => targetId).sort())
  }
  console.info(JSON.stringify(counts))
  expect(counts.named).toBeGreaterThan(0.05 * worlds)
  expect(counts.several).toBeGreaterThan(0)
  expect(counts.missed).toBeLessThanOrEqual(0.02 * counts.refused)
})
