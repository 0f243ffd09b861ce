import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Policy, StandingRollbackRule } from '../model.ts'
import type { AutomaticPlan, EarlierRun } from './standing.ts'
import { judgeStanding, whyNotCovered } from './standing.ts'

const now = new Date('2026-12-01T03:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
const rule = (says: Partial<StandingRollbackRule> = {}): StandingRollbackRule => ({
  name: 'checkout goes back', purpose: 'rollback', environments: ['staging'], rules: ['errors-fast'], services: ['checkout'], maxTargets: 2, maxRegions: 2, coolDownMinutes: 30, maxPerHour: 2, expiresAt: '2026-12-31T00:00:00Z', ...says,
})
const policy = (...standing: Policy['standing']): Policy => ({ v: 2, groups: [], rules: [], freezes: [], standing })
const plan = (says: Partial<AutomaticPlan> = {}): AutomaticPlan => ({ environment: 'staging', services: ['checkout'], targets: 2, regions: ['eu', 'us'], groups: 0, migrations: 0, worstLoss: 'some', chosenByPerson: false, ...says })
const earlier = (minutes: number, says: Partial<EarlierRun> = {}): EarlierRun => ({ rule: 'checkout goes back', services: ['payments'], at: ago(minutes), ...says })

describe('a rollback may begin by itself', () => {
  test.each<[string, Policy, AutomaticPlan, EarlierRun[]]>([
    ['that a rule covers', policy(rule()), plan(), []],
    ['in any environment, of any service', policy(rule({ environments: ['*'], services: ['*'] })), plan({ environment: 'production', services: ['checkout', 'payments'] }), []],
    ['when its cool-down is just over', policy(rule()), plan(), [earlier(30, { services: ['checkout'] })]],
    ['when the hour is just over', policy(rule()), plan(), [earlier(60), earlier(60)]],
    ['below its cap', policy(rule()), plan(), [earlier(5)]],
    ['when other rules have begun many', policy(rule()), plan(), [earlier(5, { rule: 'another' }), earlier(6, { rule: 'another' })]],
    ['when another service of the rule cools down', policy(rule()), plan(), [earlier(5, { services: ['payments'] })]],
    ['with a loss that is known and bearable', policy(rule()), plan({ worstLoss: 'none' }), []],
  ])('%s', (_name, document, about, runs) => {
    expect(judgeStanding(document, 'errors-fast', about, runs, now)).toMatchObject({ allowed: true, rule: { name: 'checkout goes back' } })
  })
})

const uncovered = 'no standing approval covers a rollback of checkout in staging that errors-fast asks for'

describe('people decide', () => {
  test.each<[string, Policy | null, AutomaticPlan, EarlierRun[], string]>([
    ['without a policy', null, plan(), [], uncovered],
    ['without a rule', policy(), plan(), [], uncovered],
    ['where only deployments are standing', policy({ name: 'ship', purpose: 'deployment', environments: ['*'] }), plan(), [], uncovered],
    ['in another environment', policy(rule({ environments: ['production'] })), plan(), [], uncovered],
    ['when another criteria rule asks', policy(rule({ rules: ['slow'] })), plan(), [], uncovered],
    ['for every criteria rule that is not named; * names none', policy(rule({ rules: ['*'] })), plan(), [], uncovered],
    ['where one of the services is not named', policy(rule()), plan({ services: ['checkout', 'payments'] }), [], 'no standing approval covers a rollback of checkout, payments in staging that errors-fast asks for'],
    ['when it ended', policy(rule({ expiresAt: '2026-12-01T03:00:00Z' })), plan(), [], 'the standing approval checkout goes back ended 2026-12-01 03:00 UTC'],
    ['on more targets', policy(rule()), plan({ targets: 3 }), [], 'it moves 3 targets and checkout goes back allows 2'],
    ['in more regions', policy(rule({ maxRegions: 1 })), plan(), [], 'it touches 2 regions and checkout goes back allows 1'],
    ['on a drain', policy(rule()), plan({ groups: 1 }), [], 'it closes traffic to move services together, and only people decide that'],
    ['on a schema', policy(rule()), plan({ migrations: 1 }), [], 'it takes a schema back, and only people decide that'],
    ['on what is lost for good', policy(rule()), plan({ worstLoss: 'serious' }), [], 'something would be lost for good'],
    ['on what nobody knows', policy(rule()), plan({ worstLoss: 'unknown' }), [], 'what would be lost is not known'],
    ['on a version that one of them chose', policy(rule()), plan({ chosenByPerson: true }), [], 'a person has chosen the version to go back to, so people decide'],
    ['while the service cools down', policy(rule()), plan(), [earlier(20, { services: ['checkout'] })], 'checkout was rolled back automatically before: cool-down until 2026-12-01 03:10 UTC'],
    ['while it cools down from another rule', policy(rule()), plan(), [earlier(20, { rule: 'another', services: ['checkout'] })], 'checkout was rolled back automatically before: cool-down until 2026-12-01 03:10 UTC'],
    ['at its cap', policy(rule()), plan(), [earlier(50), earlier(5)], 'checkout goes back has begun 2 of 2 within the hour: no further one until 2026-12-01 03:10 UTC'],
  ])('%s', (_name, document, about, runs, because) => {
    expect(judgeStanding(document, 'errors-fast', about, runs, now)).toEqual({ allowed: false, because: [because] })
  })

  test('and are told every reason at once', () => {
    const verdict = judgeStanding(policy(rule()), 'errors-fast', plan({ targets: 3, groups: 1, worstLoss: 'unknown' }), [earlier(1, { services: ['checkout'] }), earlier(2)], now)
    expect(verdict.allowed ? [] : verdict.because).toHaveLength(5)
  })
})

test('the first rule that fits wins, also where it says no', () => {
  const document = policy(rule({ name: 'narrow', maxTargets: 1 }), rule({ name: 'wide', maxTargets: 9 }))
  expect(judgeStanding(document, 'errors-fast', plan(), [], now)).toMatchObject({ allowed: false, because: [expect.stringContaining('narrow allows 1')] })
})

test('what is allowed has no reason against it, keeps its distance and stays below its cap', () => {
  const run = fc.record({ rule: fc.constantFrom('checkout goes back', 'another'), services: fc.subarray(['checkout', 'payments'], { minLength: 1 }), minutes: fc.integer({ min: 0, max: 120 }) })
  fc.assert(
    fc.property(fc.array(run, { maxLength: 6 }), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 4 }), (runs, coolDownMinutes, maxPerHour) => {
      const one = rule({ coolDownMinutes, maxPerHour })
      const verdict = judgeStanding(policy(one), 'errors-fast', plan(), runs.map(({ minutes, ...rest }) => ({ ...rest, at: ago(minutes) })), now)
      const near = runs.some(({ services, minutes }) => services.includes('checkout') && minutes < coolDownMinutes)
      const full = runs.filter((earlierRun) => earlierRun.rule === one.name && earlierRun.minutes < 60).length >= maxPerHour
      expect(verdict.allowed).toBe(!near && !full)
      expect(whyNotCovered(one, plan(), now)).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})
