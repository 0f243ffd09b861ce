import { expect, test } from 'vitest'
import { keepResult } from '#tests/support/keep-result.ts'
import type { Sabotage } from './simulation/agent.ts'
import { broken } from './simulation/history.ts'
import type { History } from './simulation/history.ts'
import { simulate } from './simulation/simulate.ts'

const long = Boolean(process.env['KNOWNGOOD_LONG'])
const seeds = long ? 10_000 : 200
const first = Number(process.env['KNOWNGOOD_SEED'] ?? 1)

test(`${seeds} seeds: nothing is done twice, nothing is lost, and it ends`, { timeout: 3_600_000 }, () => {
  const began = performance.now()
  const total: Record<string, number> = {}
  let things = 0
  let asked = 0
  const ends: Record<string, number> = {}
  for (let seed = first; seed < first + seeds; seed++) {
    const once = simulate(seed)
    expect(once.wrong, `seed ${seed}; again with KNOWNGOOD_SEED=${seed}`).toEqual([])
    const twice = simulate(seed)
    expect(twice.digest, `seed ${seed} is not the same twice: something else than the seed decides`).toBe(once.digest)
    for (const [what, n] of Object.entries(once.injected)) total[what] = (total[what] ?? 0) + n
    things += once.things
    asked += once.asked
    ends[once.status] = (ends[once.status] ?? 0) + 1
  }
  const faults = Object.values(total).reduce((sum, n) => sum + n, 0)
  console.log(`simulation: ${seeds} seeds, each twice; ${things} things happened, ${faults} faults (${Object.entries(total).map(([what, n]) => `${n} ${what}`).join(', ')}), a person was asked ${asked} times; ${JSON.stringify(ends)}`)
  expect(ends['succeeded'] ?? 0).toBeGreaterThan(seeds * 0.6)
  expect(ends['aborted'] ?? 0).toBeGreaterThan(seeds / 50)
  for (const [what, n] of Object.entries(total)) expect(n, what).toBeGreaterThan(seeds / 4)
  expect(asked).toBeGreaterThan(seeds / 10)
  keepResult('simulation', { sentence: 'Server, agents and store under a seeded scheduler, every seed twice: nothing is done twice, nothing is lost, every run ends, and both times are the same.', counts: { seeds, 'things that happened': things, faults, ...total, 'times a person was asked': asked, ...ends }, tookMs: performance.now() - began })
})

/** A simulation is worth what it notices. */
test.each<[string, Sabotage, RegExp]>([
  ['a guard that kills only after the step was given to somebody else', { guardMarginMs: -6_000 }, /two at work at once/],
  ['a server that guesses where it should ask', { credulous: true }, /without a person's word/],
])('%s is noticed', (_name, sabotage, sentence) => {
  const found = Array.from({ length: 60 }, (_, index) => simulate(index + 1, sabotage).wrong.join('; '))
  expect(found.filter((wrong) => sentence.test(wrong)).length).toBeGreaterThan(0)
})

/** The checker is worth what it finds. */
const expectation = { after: new Map([['b', ['a']], ['a', []]]), repeatable: new Set<string>() }
const effect = (key: string, epoch: number, at = 1) => ({ what: 'effect' as const, at, key, epoch, agent: 'one' })
const became = (key: string, status: 'succeeded' | 'ready') => ({ what: 'became' as const, at: 1, key, epoch: 1, status })

test.each<[string, History, RegExp]>([
  ['an effect twice under one token', [effect('a', 1), effect('a', 1)], /twice under one token/],
  ['a second beginning without a word', [{ what: 'begun', at: 1, key: 'a', epoch: 1, agent: 'one' }, { what: 'gone', at: 2, key: 'a', epoch: 1, agent: 'one' }, { what: 'begun', at: 3, key: 'a', epoch: 2, agent: 'two' }], /without a person's word/],
  ['an effect before its predecessor', [effect('b', 1)], /before a was done/],
  ['two at work at once', [{ what: 'begun', at: 1, key: 'a', epoch: 1, agent: 'one' }, { what: 'begun', at: 2, key: 'a', epoch: 2, agent: 'two' }], /two at work at once/],
  ['an epoch that does not grow', [{ what: 'leased', at: 1, key: 'a', epoch: 2, agent: 'one' }, { what: 'leased', at: 2, key: 'a', epoch: 2, agent: 'two' }], /did not grow/],
  ['success of nothing', [became('a', 'succeeded')], /nothing ever happened/],
  ['success that is taken back', [effect('a', 1), became('a', 'succeeded'), became('a', 'ready')], /what had succeeded became ready/],
  ['an accepted report that is not there', [{ what: 'accepted', at: 1, key: 'a', epoch: 1, agent: 'one', outcome: 'succeeded' }], /accepted and is not there/],
  ['a lease after the end', [{ what: 'run', at: 1, status: 'aborted' }, { what: 'leased', at: 2, key: 'a', epoch: 1, agent: 'one' }], /run that is over/],
])('the checker finds %s', (_name, history, sentence) => {
  expect(broken(history, expectation).join()).toMatch(sentence)
})
