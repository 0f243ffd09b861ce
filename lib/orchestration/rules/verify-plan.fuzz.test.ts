import { expect, test } from 'vitest'
import { keepResult } from '#tests/support/keep-result.ts'
import { chance } from '#tests/support/worlds/chance.ts'
import { anyWay, draftPlan } from '#tests/support/worlds/draft-plan.ts'
import { wayThrough } from '#tests/support/worlds/exists.ts'
import { tally } from '#tests/support/worlds/mix.ts'
import { physicsOf } from '#tests/support/worlds/physics.ts'
import { smallWorld } from '#tests/support/worlds/small-world.ts'
import { spoils } from '#tests/support/worlds/spoil-plan.ts'
import { tooMany, walkPlan } from '#tests/support/worlds/walk-plan.ts'
import { verifyPlan } from './verify-plan.ts'

const worlds = process.env['KNOWNGOOD_LONG'] ? 20_000 : 1_500

/** Plans that nobody thought about, and ways that a walk found, each spoiled in several ways: the planner has no part in this. */
test(`of the drafts for ${worlds} small worlds, the verifier accepts exactly those of which every moment is allowed`, { timeout: 1_200_000 }, () => {
  const began = performance.now()
  const mix = tally()
  const plans = { right: 0, wrong: 0, skipped: 0 }
  for (let seed = 1; seed <= worlds; seed++) {
    const world = smallWorld(seed, seed % 4 === 0 ? 'pairs' : 'all')
    const physics = physicsOf(world)
    const draw = chance(seed)
    const way = wayThrough(physics)
    mix.add(world, physics, way)
    const draft = draftPlan(world, physics, way ?? anyWay(physics, draw), { together: draw.often(0.5), keep: draw.pick([1, 0.9, 0.7, 0.3]) }, draw)
    const spoiled = draw.shuffled(Object.entries(spoils)).slice(0, 4)
    for (const [spoil, plan] of [['as drafted', draft] as const, ...spoiled.map(([name, how]) => [name, how(draft, draw)] as const)]) {
      const wrong = walkPlan(plan, physics)
      plans[wrong === tooMany ? 'skipped' : wrong === null ? 'right' : 'wrong']++
      if (wrong === tooMany) continue
      const proof = verifyPlan(plan, world)
      // What is wrong first may be something else than what the walk met first; that something is has to be the same.
      if (proof.holds !== (wrong === null)) expect.soft({ seed, spoil, ...proof }).toEqual({ seed, spoil, holds: wrong === null, because: wrong })
    }
  }
  console.info('worlds:', JSON.stringify(mix.counts), 'plans:', JSON.stringify(plans))
  mix.expectVariety()
  expect(plans.right).toBeGreaterThan(0.2 * worlds)
  expect(plans.wrong).toBeGreaterThan(0.2 * worlds)
  expect(plans.skipped).toBeLessThan(0.01 * worlds)
  keepResult('verifier', { sentence: 'Of drafts that no planner made, and of each spoiled in four ways, the verifier accepts exactly those of which every moment is allowed.', counts: { ...mix.counts, ...plans }, tookMs: performance.now() - began })
})
