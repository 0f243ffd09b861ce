import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Needs } from '../model.ts'
import type { Question } from './tally.ts'
import { stricterTally, tally } from './tally.ts'

const start = Date.parse('2026-12-01T03:00:00Z')
const yes = (personId: string, minute = 0) => ({ personId, vote: 'approve' as const, at: new Date(start + minute * 60_000) })
const no = (personId: string) => ({ personId, vote: 'reject' as const, at: new Date(start) })
const quorum = (group: string, approvals: number, meetingMinutes: number | null = null): Needs['quorums'][number] => ({ group, approvals, meetingMinutes, voters: { roles: ['approver'] } })
const needing = (...quorums: Needs['quorums']): Needs => ({ v: 2, quorums, rules: [], askedBy: [], expiresMinutes: 60 })
/** Who is in which group, under whose voice. */
const inGroups = (groups: Record<string, Record<string, string[]>>): Question['voices'] => (personId, group) => groups[group]?.[personId] ?? []
const alone = (...people: string[]): Record<string, string[]> => Object.fromEntries(people.map((one) => [one, [one]]))
const question = (extra: Partial<Question> = {}): Question => ({ votes: [], requestedBy: 'asker', editors: ['editor'], needs: needing(quorum('sre', 2)), voices: inGroups({ sre: alone('asker', 'editor', 'ann', 'ben', 'cleo') }), ...extra })

test.each<[string, Partial<Question>, string, number]>([
  ['no votes', {}, 'pending', 0],
  ['one of two', { votes: [yes('ann')] }, 'pending', 1],
  ['two of two', { votes: [yes('ann'), yes('ben')] }, 'satisfied', 2],
  ['the requester never counts', { votes: [yes('asker'), yes('ann')] }, 'pending', 1],
  ['an editor never counts', { votes: [yes('editor'), yes('ann')] }, 'pending', 1],
  ['nobody counts twice', { votes: [yes('ann'), yes('ann')] }, 'pending', 1],
  ['somebody without the role does not count', { votes: [yes('ann'), yes('stranger')] }, 'pending', 1],
  ['one rejection rejects', { votes: [yes('ann'), yes('ben'), no('cleo')] }, 'rejected', 2],
  ['a rejection that does not count rejects nothing', { votes: [yes('ann'), yes('ben'), no('asker'), no('stranger')] }, 'satisfied', 2],
  ['zero needed still needs one', { needs: needing(quorum('sre', 0)) }, 'pending', 0],
  ['no quorum at all is never met', { needs: needing() }, 'pending', 0],
])('%s', (_case, extra, state, have) => {
  expect(tally(question(extra))).toMatchObject({ state, have })
})

const sreAndCab = { needs: needing(quorum('sre', 1), quorum('cab', 1)), voices: inGroups({ sre: alone('ann', 'ben'), cab: alone('ben', 'cleo') }) }
test.each<[string, Partial<Question>, string, [number, number]]>([
  ['one person in both groups fills one place', { ...sreAndCab, votes: [yes('ben')] }, 'pending', [1, 0]],
  ['whoever is in both moves where it helps', { ...sreAndCab, votes: [yes('ben'), yes('ann')] }, 'satisfied', [1, 1]],
  ['the other way round too', { ...sreAndCab, votes: [yes('ben'), yes('cleo')] }, 'satisfied', [1, 1]],
  ['two of one group are not one of each', { needs: needing(quorum('sre', 1), quorum('cab', 1)), voices: inGroups({ sre: alone('ann', 'ben'), cab: {} }), votes: [yes('ann'), yes('ben')] }, 'pending', [1, 0]],
])('%s', (_case, extra, state, [sre, cab]) => {
  expect(tally(question(extra))).toMatchObject({ state, quorums: [{ group: 'sre', have: sre }, { group: 'cab', have: cab }] })
})

test.each<[string, Partial<Question>, string, number]>([
  ['a member and their delegate are one voice', { voices: inGroups({ sre: { ann: ['ann'], dan: ['ann'] } }), votes: [yes('dan'), yes('ann')] }, 'pending', 1],
  ['a delegate of two members speaks for one', { voices: inGroups({ sre: { dan: ['ann', 'ben'] } }), votes: [yes('dan')] }, 'pending', 1],
  ['a delegate gives way to the other member', { voices: inGroups({ sre: { ann: ['ann'], dan: ['ann', 'ben'] } }), votes: [yes('dan'), yes('ann')] }, 'satisfied', 2],
  ['a meeting counts who was there together', { needs: needing(quorum('sre', 2, 30)), votes: [yes('ann', 0), yes('ben', 30)] }, 'satisfied', 2],
  ['and not who had said so before', { needs: needing(quorum('sre', 2, 30)), votes: [yes('ann', 0), yes('ben', 31)] }, 'pending', 1],
])('%s', (_case, extra, state, have) => {
  expect(tally(question(extra))).toMatchObject({ state, have })
})

test('each vote that does not count says why', () => {
  const { counted } = tally(question({ votes: [yes('asker'), yes('editor'), yes('ann'), yes('ann'), yes('gone')] }))
  expect(counted.map((vote) => vote.counts)).toEqual([false, false, true, false, false])
  for (const vote of counted) expect(vote.because === null).toBe(vote.counts)
})

test.each([
  ['then two, now one', 2, 1, 1, 'pending', 2],
  ['then one, now two', 1, 2, 1, 'pending', 2],
  ['both met', 1, 1, 1, 'satisfied', 1],
])('%s: both have to be met', (_case, then, now, votes, state, need) => {
  const by = (approvals: number) => tally(question({ needs: needing(quorum('sre', approvals)), votes: [yes('ann'), yes('ben')].slice(0, votes) }))
  expect(stricterTally(by(then), by(now))).toMatchObject({ state, need })
})

const people = ['asker', 'editor', 'ann', 'ben', 'cleo', 'dan'] as const
const someGroups = fc.record({ sre: fc.dictionary(fc.constantFrom(...people), fc.uniqueArray(fc.constantFrom('ann', 'ben', 'cleo'), { minLength: 1, maxLength: 2 })), cab: fc.dictionary(fc.constantFrom(...people), fc.uniqueArray(fc.constantFrom('ann', 'ben', 'cleo'), { minLength: 1, maxLength: 2 })) })

/** Every way to give each voter a place or none; the best of them. Slow, and nothing like the rule. */
function bestByTrying(voters: readonly string[], capacity: Record<string, number>, voices: Question['voices'], taken: readonly string[] = []): number {
  const [first, ...rest] = voters
  if (first === undefined) return taken.length
  const places = Object.keys(capacity).flatMap((group) => voices(first, group).map((voice) => `${group} ${voice}`))
  const free = places.filter((place) => !taken.includes(place) && taken.filter((one) => one.split(' ')[0] === place.split(' ')[0]).length < (capacity[place.split(' ')[0] ?? ''] ?? 0))
  return Math.max(bestByTrying(rest, capacity, voices, taken), ...free.map((place) => bestByTrying(rest, capacity, voices, [...taken, place])))
}

test('fills as many places as there are ways to fill, whoever votes in whichever order', () => {
  let filled = 0
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...people), { maxLength: 6 }), someGroups, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (voters, groups, sre, cab) => {
      const voices = inGroups(groups)
      const { have } = tally(question({ votes: voters.map((one) => yes(one)), needs: needing(quorum('sre', sre), quorum('cab', cab)), voices }))
      const best = bestByTrying(voters.filter((one) => one !== 'asker' && one !== 'editor'), { sre, cab }, voices)
      if (best > 1) filled++
      expect(have).toBe(best)
    }),
    { numRuns: 2_000 },
  )
  expect(filled).toBeGreaterThan(100)
})
