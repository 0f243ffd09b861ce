import { describe, expect, test } from 'vitest'
import type { JoinableIncident } from './join-breach.ts'
import { joinBreach, suspectOf, titleOf } from './join-breach.ts'

const incident = (over: Partial<JoinableIncident> = {}): JoinableIncident => ({ id: 'i', environmentId: 'production', status: 'open', serviceIds: ['checkout'], releaseId: 'c-1.5.0', openedAt: new Date(1_000), ...over })
const breach = { environmentId: 'production', serviceId: 'checkout', releaseId: 'c-1.5.0', lastKnownGoodReleaseId: 'c-1.4.2', callsServiceIds: ['payments'], calledByServiceIds: ['storefront'] }

describe('a breach joins', () => {
  test.each([
    ['an open incident of its service', incident(), true],
    ['a mitigating one', incident({ status: 'mitigating' }), true],
    ['a monitoring one: it came back', incident({ status: 'monitoring' }), true],
    ['one of its service without a suspect', incident({ releaseId: null }), true],
    ['one that suspects its release', incident({ serviceIds: [] }), true],
    ['not a resolved one', incident({ status: 'resolved' }), false],
    ['not a closed one', incident({ status: 'closed' }), false],
    ['not one of another environment', incident({ environmentId: 'staging' }), false],
    ['not one of another service and release', incident({ serviceIds: ['payments'], releaseId: 'p-2.0.0' }), false],
    ['not one of another service without a suspect', incident({ serviceIds: ['payments'], releaseId: null }), false],
  ])('%s', (_which, given, joins) => {
    expect(joinBreach(breach, [given])).toBe(joins ? given : null)
  })

  test.each([
    ['one about a service that it calls, when it is well itself', { releaseId: 'c-1.4.2' }, incident({ serviceIds: ['payments'], releaseId: 'p-2.0.0' }), true],
    ['one about a service that calls it, when that one has no suspect', {}, incident({ serviceIds: ['storefront'], releaseId: null }), true],
    ['not one that calls it and has a suspect of its own', {}, incident({ serviceIds: ['storefront'], releaseId: 's-2.0.0' }), false],
    ['not one about a service that it calls, when it is suspect itself', {}, incident({ serviceIds: ['payments'], releaseId: 'p-2.0.0' }), false],
    ['not one about a stranger to it', { releaseId: 'c-1.4.2' }, incident({ serviceIds: ['search'], releaseId: 'x-1.0.0' }), false],
  ])('along a call: %s', (_which, over, given, joins) => {
    expect(joinBreach({ ...breach, ...over }, [given])).toBe(joins ? given : null)
  })

  test('nothing because neither release is known', () => {
    expect(joinBreach({ ...breach, releaseId: null }, [incident({ serviceIds: ['payments'], releaseId: null })])).toBeNull()
  })

  test('the oldest of several', () => {
    const first = incident({ id: 'first' })
    expect(joinBreach(breach, [incident({ id: 'second', openedAt: new Date(2_000) }), first])).toBe(first)
  })
})

describe('the suspect', () => {
  test.each([
    ['c-1.5.0', 'c-1.4.2', 'c-1.5.0'],
    ['c-1.5.0', null, 'c-1.5.0'],
    ['c-1.4.2', 'c-1.4.2', null],
    [null, 'c-1.4.2', null],
    [null, null, null],
  ])('of %s where %s is known good is %s', (releaseId, lastKnownGoodReleaseId, suspect) => {
    expect(suspectOf({ releaseId, lastKnownGoodReleaseId })).toBe(suspect)
  })
})

test.each([
  [{ service: 'checkout', version: '1.5.0', signal: 'error-ratio', rule: 'errors', environment: 'production' }, 'checkout 1.5.0: errors in production'],
  [{ service: 'checkout', version: null, signal: 'latency-p95', rule: 'slow', environment: 'staging' }, 'checkout: slow answers in staging'],
  [{ service: 'checkout', version: null, signal: null, rule: 'carts-lost', environment: 'production' }, 'checkout: carts-lost in production'],
])('%j is titled %s', (given, title) => {
  expect(titleOf(given)).toBe(title)
})
