import { expect, test } from 'vitest'
import { keepResult } from '#tests/support/keep-result.ts'
import { wayThrough } from '#tests/support/worlds/exists.ts'
import { tally } from '#tests/support/worlds/mix.ts'
import { physicsOf } from '#tests/support/worlds/physics.ts'
import { smallWorld } from '#tests/support/worlds/small-world.ts'
import { tooMany, walkPlan } from '#tests/support/worlds/walk-plan.ts'
import { planMoves } from './plan-moves.ts'
import { verifyPlan } from './verify-plan.ts'

const worlds = process.env['KNOWNGOOD_LONG'] ? 20_000 : 1_000

/**
 * Of so many worlds at most one in which a walk finds a way may be refused, in the words "no plan found". What is known: a release that was
 * broken at the start, whose new one takes a schema up again that others in its group have to take back.
 */
const missed = 1_000

/** Where a walk over all moments finds none there is no plan; where it finds one there is, but for a few; and no plan is made that a walk or the verifier refuses. */
test(`of ${worlds} small worlds, those have a plan through which there is a way, and every plan is one`, { timeout: 1_200_000 }, () => {
  const began = performance.now()
  const mix = tally()
  const plans = { made: 0, grouped: 0, undoing: 0, refused: 0, missed: 0, unknown: 0 }
  for (let seed = 1; seed <= worlds; seed++) {
    const world = smallWorld(seed, seed % 4 === 0 ? 'pairs' : 'all')
    const physics = physicsOf(world)
    const way = wayThrough(physics)
    mix.add(world, physics, way)
    const result = planMoves(world)
    if (result.ok) expect.soft({ seed, way: way !== null }).toEqual({ seed, way: true })
    else if (way !== null) {
      plans.missed++
      expect.soft({ seed, because: result.because }).toEqual({ seed, because: expect.stringMatching(/^no plan found/) })
    }
    plans[result.ok ? 'made' : 'refused']++
    if (!result.ok) continue
    if (result.document.groups.length > 0) plans.grouped++
    if (result.document.migrations.length > 0) plans.undoing++
    const wrong = walkPlan(result.document, physics)
    if (wrong === tooMany) plans.unknown++
    expect.soft({ seed, wrong: wrong === tooMany ? null : wrong, ...verifyPlan(result.document, world) }).toMatchObject({ seed, wrong: null, holds: true })
  }
  console.info('worlds:', JSON.stringify(mix.counts), 'plans:', JSON.stringify(plans))
  mix.expectVariety()
  expect(plans.grouped).toBeGreaterThan(0.1 * worlds)
  expect(plans.undoing).toBeGreaterThan(0.02 * worlds)
  expect(plans.missed).toBeLessThanOrEqual(worlds / missed)
  expect(plans.unknown).toBeLessThan(0.01 * worlds)
  keepResult('planner', { sentence: 'Where a walk over all moments of a small world finds a way the planner makes a plan, but for those missed; where it finds none there is none; every plan is accepted by the walk and by the verifier.', counts: { ...mix.counts, ...plans }, tookMs: performance.now() - began })
})

/** Worlds that a long run found wrong once. */
test.each([
  [15_211, 'refused for good although a walk finds a way'],
  [15_662, 'what needs a schema started before what takes it there, in one group'],
])('small world %i: %s', (seed) => {
  const world = smallWorld(seed, seed % 4 === 0 ? 'pairs' : 'all')
  const result = planMoves(world)
  if (!result.ok) return expect(result.because).toMatch(/^no plan found/)
  expect(walkPlan(result.document, physicsOf(world))).toBeNull()
  expect(verifyPlan(result.document, world)).toMatchObject({ holds: true })
})
