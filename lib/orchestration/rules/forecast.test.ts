import { expect, test } from 'vitest'
import { release, situation, target } from '#tests/support/situation.ts'
import { forecast } from './forecast.ts'
import { hashPlan } from './hash-plan.ts'
import { planMoves } from './plan-moves.ts'

const world = situation([target('checkout', 'eu', [release('checkout', '1.5.0')], release('checkout', '1.4.2')), target('checkout', 'us', [release('checkout', '1.5.0')], release('checkout', '1.4.2'))])
const result = planMoves(world)
if (!result.ok) throw new Error(result.because)
const { document } = result
const recorded = (ms: number) => Object.fromEntries(['stage', 'deploy', 'verify'].map((kind) => [`${kind}:checkout`, Array.from({ length: 10 }, () => ms)]))

test('recorded steps that always took a second give a plan of five in a row, and both regions their own end', () => {
  const { p50Ms, p90Ms, regions, basis } = forecast(document, world.regions, recorded(1_000), hashPlan(document))
  // stage, deploy and verify of one region, then deploy and verify of the other, with a hand-over each.
  expect(p50Ms).toBe(5 * 1_040)
  expect(p90Ms).toBe(p50Ms)
  expect(regions).toEqual([{ region: 'us', p50Ms: 3 * 1_040, p90Ms: 3 * 1_040, rtoSeconds: 600 }, { region: 'eu', p50Ms: 5_200, p90Ms: 5_200, rtoSeconds: 600 }])
  expect(basis).toBe('from recorded runs of these very steps')
})

test('steps that were never run are a stated guess, and the range is wide', () => {
  const { p50Ms, p90Ms, basis } = forecast(document, world.regions, {}, hashPlan(document))
  expect(p90Ms).toBeGreaterThan(p50Ms)
  expect(basis).toMatch(/stated guess/)
})

test('the same plan says the same', () => {
  const once = forecast(document, world.regions, {}, hashPlan(document))
  expect(forecast(document, world.regions, {}, hashPlan(document))).toEqual(once)
})
