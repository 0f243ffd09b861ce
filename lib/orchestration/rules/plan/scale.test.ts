import { expect, test } from 'vitest'
import { planned } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import type { Situation } from '../../model.ts'
import { readWorld } from './movers.ts'
import { readPairs } from './pairs.ts'
import { isRefusal } from './world.ts'

const regions = ['ap', 'br', 'ca', 'eu', 'uk', 'us']
const callsEach = 5

/** A fleet in which each service calls five others in its region, old callers need new providers, and limits span every ten. */
function fleet(services: number): Situation {
  const of = (index: number, major: number) =>
    release(`s${index}`, `${major}.0.0`, {
      offers: [{ contract: `c${index}`, version: `${major}.0.0` }],
      calls: Array.from({ length: callsEach }, (_, at) => index + 1 + at * 7).flatMap((other) => (other < services ? [{ contract: `c${other}`, range: major === 2 && other % 3 === 0 ? '^2.0.0' : '>=1.0.0', scope: 'region' as const }] : [])),
    })
  const targets = regions.flatMap((region) => Array.from({ length: services }, (_, index) => target(`s${index}`, region, [of(index, 2)], of(index, 1), { instances: 3 })))
  return situation(targets, {
    regions: regions.map((name, index) => ({ name, rtoSeconds: 600, trafficShare: (index + 1) / 21, maxParallel: 8, kinds: null })),
    limits: Array.from({ length: services / 10 }, (_, group) => ({ name: `group ${group}`, kind: 'quorum' as const, mayBeOut: 2, members: targets.filter(({ service }) => Math.floor(Number(service.slice(1)) / 10) === group).map(({ targetId }) => ({ targetId, weight: 1 })) })),
  })
}

function cost(services: number): { asked: number; edges: number; steps: number } {
  const world = readWorld(fleet(services))
  if (isRefusal(world)) throw new Error(world.because)
  const pairs = readPairs(world)
  if (isRefusal(pairs)) throw new Error(pairs.because)
  const { edges, steps } = planned(fleet(services))
  return { asked: pairs.asked, edges: edges.length, steps: steps.length }
}

test('twice the services cost about twice the questions, steps and edges, not four times', () => {
  const [half, whole] = [cost(60), cost(120)]
  for (const what of ['asked', 'edges', 'steps'] as const) {
    expect(whole[what] / half[what]).toBeGreaterThan(1.8)
    expect(whole[what] / half[what]).toBeLessThan(2.4)
  }
})

test('a pair is asked about at most a handful of times, and what does not call each other is not asked about at all', () => {
  const pairs = regions.length * 120 * callsEach
  expect(cost(120).asked).toBeLessThan(6 * pairs)
})
