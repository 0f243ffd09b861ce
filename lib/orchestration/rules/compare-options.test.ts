import { describe, expect, test } from 'vitest'
import { planOf } from '#tests/support/plan-steps.ts'
import type { OptionView } from '../view.ts'
import type { OptionFacts, Suspect } from './compare-options.ts'
import { compareOptions } from './compare-options.ts'
import { nothingRecorded } from './step-durations.ts'

const move = (region: string, why: 'asked' | 'along' = 'asked') => ({ target: `${why} ${region}`, service: 'checkout', region, from: [], to: { releaseId: '', version: '1.4.2', digest: '', url: '' }, why, group: null })
const suspect: Suspect = { service: 'checkout', version: '1.5.0', flags: [], newer: null }
const eu = { name: 'eu', trafficShare: 0.6, kinds: ['deploy', 'flag', 'proxy'] }
const us = { name: 'us', trafficShare: 0.4, kinds: ['deploy'] }
const facts = (says: Partial<OptionFacts> = {}): OptionFacts => ({
  plan: { ...planOf([]), moves: [move('eu')], losses: [{ what: 'new carts are lost', severity: 'some' }], reversible: { yes: true, because: 'nothing one-way' } },
  forecast: { p50Ms: 20_000, p90Ms: 45_000, regions: [], steps: [], critical: [], basis: '' },
  suspects: [suspect], regions: [eu, us], targets: ['eu', 'us'].map((region) => ({ targetId: region, region, out: false })), limits: [], recorded: nothingRecorded, failedPerMinute: null, ...says,
})
const option = (kind: OptionView['kind'], says: Partial<OptionFacts> = {}): OptionView => compareOptions(facts(says)).find((one) => one.kind === kind) as OptionView
const flags = [{ flag: 'new-cart', covers: 'the new cart' }]

test('all five ways are there, always in the same order', () => {
  expect(compareOptions(facts()).map((one) => [one.kind, one.possible])).toEqual([['roll-back', true], ['flag-off', false], ['shift-traffic', true], ['roll-forward', false], ['hold', true]])
})

test('rolling back says what its plan says', () => {
  expect(option('roll-back')).toMatchObject({ timeToEffect: { p50Ms: 20_000, p90Ms: 45_000 }, lost: 'new carts are lost', blastRadius: '1 target in eu, 60 % of the traffic', reversible: { yes: true } })
  const along = { ...facts().plan, moves: [move('eu'), move('us', 'along')], losses: [] }
  expect(option('roll-back', { plan: along })).toMatchObject({ blastRadius: '2 targets in eu and us, 100 % of the traffic', lost: expect.stringContaining('not known') })
  // Only where the suspect is, is it wrong.
  expect(option('hold', { plan: along }).blastRadius).toBe('eu, 60 % of the traffic')
})

describe('turning a flag off', () => {
  test.each<[string, Partial<OptionFacts>, boolean, string]>([
    ['where the suspect has one and an agent may', { suspects: [{ ...suspect, flags }] }, true, 'new-cart can be turned off; whether that ends it nobody has measured'],
    ['of one of two suspects, which says so', { suspects: [{ ...suspect, flags }, { ...suspect, service: 'payments' }] }, true, 'and payments 1.5.0 has none'],
    ['not where none is declared', {}, false, 'not covered: checkout 1.5.0 declares no kill switch'],
    ['not where no agent may', { suspects: [{ ...suspect, flags }], regions: [{ ...eu, kinds: ['deploy'] }, us] }, false, 'not covered: no live agent in eu may turn a flag'],
    ['not where there is no agent to ask', { suspects: [{ ...suspect, flags }], regions: [{ ...eu, kinds: null }, us] }, false, 'no live agent in eu'],
    ['not where nobody knows what it is', { suspects: [] }, false, 'nobody knows which release it is'],
  ])('%s', (_where, says, possible, because) => {
    const { timeToEffect, ...one } = option('flag-off', says)
    expect(one).toMatchObject({ possible, because: expect.stringContaining(because), reversible: { yes: true } })
    expect(timeToEffect === null).toBe(!possible)
  })

  test('takes as long as it took before', () => {
    const recorded = { ...nothingRecorded, steps: { flag: Array.from({ length: 50 }, () => 700) } }
    expect(option('flag-off', { suspects: [{ ...suspect, flags }], recorded })).toMatchObject({ timeToEffect: { p50Ms: 700, p90Ms: 700 }, lost: 'the new cart' })
  })
})

describe('sending traffic elsewhere', () => {
  const limit = (mayBeOut: number) => [{ name: 'frontends', kind: 'capacity' as const, members: [{ targetId: 'eu', weight: 6 }, { targetId: 'us', weight: 4 }], mayBeOut }]
  test.each<[string, Partial<OptionFacts>, boolean, string]>([
    ['says how much more the others carry', {}, true, 'us would carry 2.5 times what it carries now; not covered: no capacity is declared'],
    ['within the declared capacity', { limits: limit(6) }, true, 'the declared capacity allows it'],
    ['not beyond it', { limits: limit(5) }, false, 'the limit frontends does not allow eu to be out as a whole'],
    ['not where all is affected', { plan: { ...facts().plan, moves: [move('eu'), move('us')] } }, false, 'there is no healthy region beside eu and us'],
    ['not to where it is out', { targets: [{ targetId: 'eu', region: 'eu', out: false }, { targetId: 'us', region: 'us', out: true }] }, false, 'there is no healthy region beside eu'],
    ['not where no agent may', { regions: [{ ...eu, kinds: ['flag'] }, us] }, false, 'no live agent in eu may send traffic elsewhere'],
  ])('%s', (_where, says, possible, because) => {
    expect(option('shift-traffic', says)).toMatchObject({ possible, because: expect.stringContaining(because), blastRadius: expect.stringContaining('for all services') })
  })
})

describe('rolling forward', () => {
  const newer = { version: '1.5.1', barred: null, oneWay: null }
  test.each<[string, Suspect['newer'], boolean, string, boolean]>([
    ['to what was registered since', newer, true, 'checkout 1.5.1 is registered and not barred; not covered: it is neither planned nor proven', true],
    ['where it cannot be undone says so', { ...newer, oneWay: 'drops the old prices' }, true, 'checkout 1.5.1', false],
    ['not to what is in quarantine', { ...newer, barred: 'checkout 1.5.1 is quarantined by Casey: wrong prices' }, false, 'quarantined by Casey', false],
    ['not where nothing newer is registered', null, false, 'nothing newer than checkout 1.5.0 is registered', false],
  ])('%s', (_where, one, possible, because, reversible) => {
    expect(option('roll-forward', { suspects: [{ ...suspect, newer: one }] })).toMatchObject({ possible, because: expect.stringContaining(because), reversible: { yes: reversible } })
  })
})

test.each([[null, 'what fails goes on failing; how much was not measured'], [1_234.5, 'about 1,235 failed requests a minute, as measured when it broke']])('waiting with %s failed a minute costs: %s', (failedPerMinute, lost) => {
  expect(option('hold', { failedPerMinute })).toMatchObject({ possible: true, timeToEffect: null, lost })
})
