import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candidate, Place } from './choose-target.ts'
import { chooseTarget } from './choose-target.ts'

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n, 10))
const release = (version: string, says: Partial<Candidate> = {}): Candidate => ({
  releaseId: `id of ${version}`, version, digest: `bytes of ${version}`, registeredAt: day(Number(version.split('.')[1]) + 1), knownGoodAt: null, spoiledAt: null, failedAt: null, quarantine: null, fetchable: true, stagedAt: null, ...says,
})
const good = (version: string, on: number, says: Partial<Candidate> = {}): Candidate => release(version, { knownGoodAt: day(on), ...says })
const eu = (says: Partial<Place> = {}): Place => ({ region: 'eu', running: ['bytes of 1.5.0'], suspects: ['id of 1.5.0'], ...says })
const bad = { because: 'wrong prices', by: 'Casey', until: null }

test.each<[string, Candidate[], string | null, string]>([
  ['the newest known good', [good('1.3.0', 3), good('1.4.0', 4), release('1.5.0')], '1.4.0', 'the newest that is known good there, since 2026-01-04 10:00 UTC; its bytes will be staged first'],
  ['one whose bytes are there, and says so', [good('1.4.0', 4, { stagedAt: day(5) })], '1.4.0', 'its bytes are in eu since 2026-01-05 10:00 UTC'],
  ['by when it became known good, not by its version', [good('1.3.0', 9), good('1.4.0', 4)], '1.3.0', 'the newest'],
  ['not one in quarantine', [good('1.3.0', 3), good('1.4.0', 4, { quarantine: bad })], '1.3.0', 'since 2026-01-03'],
  ['not the suspect, even where it was known good', [good('1.4.0', 4), good('1.5.0', 5)], '1.4.0', 'since 2026-01-04'],
  ['not one that was never promoted', [release('1.4.1'), good('1.3.0', 3)], '1.3.0', 'since 2026-01-03'],
  ['not one that was spoiled since', [good('1.4.0', 4, { spoiledAt: day(6) }), good('1.3.0', 3)], '1.3.0', 'since 2026-01-03'],
  ['one that was spoiled before it became known good', [good('1.4.0', 6, { spoiledAt: day(4) }), good('1.3.0', 3)], '1.4.0', 'since 2026-01-06'],
  ['not one whose last deployment failed', [good('1.4.0', 4, { failedAt: day(6) }), good('1.3.0', 3)], '1.3.0', 'since 2026-01-03'],
  ['not one whose bytes nobody can find', [good('1.4.0', 4, { fetchable: false }), good('1.3.0', 3)], '1.3.0', 'since 2026-01-03'],
  ['of two at the same time the one that is staged', [good('1.4.0', 4), good('1.3.0', 4, { stagedAt: day(1) })], '1.3.0', 'its bytes are in eu'],
  ['the newer one, although only the older is staged', [good('1.4.0', 4), good('1.3.0', 3, { stagedAt: day(1) })], '1.4.0', 'will be staged first'],
  ['nothing, where nothing is registered', [], null, 'no release of it is registered'],
  ['nothing, and says why of each', [release('1.5.0', { spoiledAt: day(6) }), release('1.4.0', { quarantine: bad })], null, 'there is nothing to go back to: 1.5.0: it is under suspicion; 1.4.0: quarantined by Casey: wrong prices'],
])('it goes back to %s', (_name, candidates, version, because) => {
  const choice = chooseTarget(eu(), candidates)
  expect(choice.releaseId).toBe(version === null ? null : `id of ${version}`)
  expect(choice.because).toContain(because)
})

test('a target that runs it already stays', () => {
  expect(chooseTarget(eu({ running: ['bytes of 1.4.0'] }), [good('1.4.0', 4)]).because).toContain('it runs there already')
  // Half of it is not all of it, and what is not seen is not known to run.
  expect(chooseTarget(eu({ running: ['bytes of 1.4.0', 'bytes of 1.5.0'] }), [good('1.4.0', 4)]).because).toContain('staged first')
  expect(chooseTarget(eu({ running: null }), [good('1.4.0', 4)]).because).toContain('staged first')
})

describe('what was passed over', () => {
  test.each<[string, Candidate, string, boolean]>([
    ['in quarantine', good('1.4.3', 8, { quarantine: bad }), 'quarantined by Casey: wrong prices', false],
    ['in quarantine for a while', good('1.4.3', 8, { quarantine: { ...bad, until: day(12) } }), 'quarantined by Casey: wrong prices (until 2026-01-12 10:00 UTC)', false],
    ['the suspect', release('1.5.0'), 'it is under suspicion', true],
    ['spoiled', release('1.6.0', { spoiledAt: day(7) }), 'spoiled by a breach while it soaked', true],
    ['failed', release('1.6.0', { failedAt: day(7) }), 'its deployment there failed', true],
    ['never promoted', release('1.6.0'), 'never known good there', true],
    ['lost', good('1.6.0', 8, { fetchable: false }), 'nobody knows where its bytes are', false],
    ['older', good('1.2.0', 2), 'known good there since 2026-01-02 10:00 UTC, and 1.4.0 became so later', true],
  ])('because it is %s says so, and whether a person may name it', (_name, one, because, nameable) => {
    const judged = chooseTarget(eu(), [one, good('1.4.0', 4)]).releases.find(({ version }) => version === one.version)
    expect(judged).toMatchObject({ because, nameable, verdict: one.version === '1.2.0' ? 'older' : 'refused' })
  })

  test.each<[string, Candidate, boolean]>([
    ['a newer known good in quarantine', good('1.4.3', 8, { quarantine: bad }), true],
    ['an older one in quarantine', good('1.2.0', 2, { quarantine: bad }), false],
    ['one that was never known good', release('1.6.0', { quarantine: bad }), false],
    ['the suspect, which nobody would expect', good('1.5.0', 8), false],
  ])('%s is worth a word beside the choice: %#', (_name, one, passedOver) => {
    expect(chooseTarget(eu(), [one, good('1.4.0', 4)]).releases.find(({ version }) => version === one.version)?.passedOver).toBe(passedOver)
  })

  test('is listed with all the rest, the newest release first', () => {
    expect(chooseTarget(eu(), [good('1.2.0', 2), good('1.4.0', 4), release('1.5.0')]).releases.map(({ version, verdict }) => `${version} ${verdict}`)).toEqual(['1.5.0 refused', '1.4.0 chosen', '1.2.0 older'])
  })
})

test('whatever the world, it is never one that is bad, unproven, suspected or lost, and none better was left', () => {
  const at = fc.option(fc.integer({ min: 1, max: 20 }).map(day))
  const candidate = fc.record({ knownGoodAt: at, spoiledAt: at, failedAt: at, stagedAt: at, fetchable: fc.boolean(), quarantine: fc.option(fc.constant(bad)) })
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 6 }), fc.nat(5), (says, suspect) => {
      const candidates = says.map((one, n) => release(`1.${n}.0`, one))
      const suspects = [`id of 1.${suspect}.0`]
      const fit = (one: Candidate): boolean =>
        one.knownGoodAt !== null && one.quarantine === null && one.fetchable && !suspects.includes(one.releaseId) && !(one.spoiledAt && one.spoiledAt > one.knownGoodAt) && !(one.failedAt && one.failedAt > one.knownGoodAt)
      const { releaseId, releases } = chooseTarget(eu({ suspects }), candidates)
      const chosen = candidates.find((one) => one.releaseId === releaseId)
      expect(releases).toHaveLength(candidates.length)
      expect(chosen === undefined).toBe(!candidates.some(fit))
      if (chosen) expect(fit(chosen) && candidates.filter(fit).every((one) => Number(one.knownGoodAt) <= Number(chosen.knownGoodAt))).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})
