import { expect, test } from 'vitest'
import { keepResult } from '#tests/support/keep-result.ts'
import { chance } from '#tests/support/worlds/chance.ts'
import { physicsOf } from '#tests/support/worlds/physics.ts'
import { smallWorld } from '#tests/support/worlds/small-world.ts'
import { spoils } from '#tests/support/worlds/spoil-plan.ts'
import { tooMany, walkPlan } from '#tests/support/worlds/walk-plan.ts'
import { planMoves } from './plan-moves.ts'
import { verifyPlan } from './verify-plan.ts'

const worlds = process.env['KNOWNGOOD_LONG'] ? 20_000 : 600
/** Of each plan: ways in which a planner with a mistake in it might have made it. */
const spoiledEach = 3

test(`the planner's plans for ${worlds} small worlds, spoiled: the verifier refuses those that a walk refuses, and no other`, { timeout: 1_200_000 }, () => {
  const began = performance.now()
  const plans = { planned: 0, right: 0, wrong: 0, unknown: 0 }
  for (let seed = 1; seed <= worlds; seed++) {
    const world = smallWorld(seed, seed % 4 === 0 ? 'pairs' : 'all')
    const result = planMoves(world)
    if (!result.ok) continue
    plans.planned++
    const physics = physicsOf(world)
    const draw = chance(seed)
    for (const [spoil, how] of draw.shuffled(Object.entries(spoils)).slice(0, spoiledEach)) {
      const spoiled = how(result.document, draw)
      const wrong = walkPlan(spoiled, physics)
      plans[wrong === tooMany ? 'unknown' : wrong === null ? 'right' : 'wrong']++
      if (wrong === tooMany) continue
      const { holds, because } = verifyPlan(spoiled, world)
      if (holds !== (wrong === null)) expect.soft({ seed, spoil, holds, because }).toEqual({ seed, spoil, holds: wrong === null, because: wrong })
    }
  }
  console.info('plans:', JSON.stringify(plans))
  expect(plans.right).toBeGreaterThan(0.4 * plans.planned)
  expect(plans.wrong).toBeGreaterThan(0.4 * plans.planned)
  expect(plans.unknown).toBeLessThan(0.02 * plans.planned)
  keepResult('spoiled-plans', { sentence: 'Of the planner’s own plans, each spoiled in three ways, the verifier refuses those that a walk refuses, and no other.', counts: { worlds, ...plans }, tookMs: performance.now() - began })
})
