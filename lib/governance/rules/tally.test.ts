import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Question } from './tally.ts'
import { tally } from './tally.ts'

const yes = (personId: string) => ({ personId, vote: 'approve' as const })
const no = (personId: string) => ({ personId, vote: 'reject' as const })
const question = (extra: Partial<Question>): Question => ({ votes: [], requestedBy: 'asker', editors: ['editor'], need: 2, eligible: new Set(['asker', 'editor', 'ann', 'ben', 'cleo']), ...extra })

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
  ['zero needed still needs one', { need: 0 }, 'pending', 0],
])('%s', (_case, extra, state, have) => {
  expect(tally(question(extra))).toMatchObject({ state, have })
})

test('each vote that does not count says why', () => {
  const { counted } = tally(question({ votes: [yes('asker'), yes('editor'), yes('ann'), yes('ann'), yes('gone')] }))
  expect(counted.map((vote) => vote.counts)).toEqual([false, false, true, false, false])
  for (const vote of counted) expect(vote.because === null).toBe(vote.counts)
})

test('is never satisfied by fewer than the needed number of different, eligible, uninvolved people', () => {
  const who = fc.constantFrom('asker', 'editor', 'ann', 'ben', 'cleo', 'stranger')
  fc.assert(
    fc.property(fc.array(fc.record({ personId: who, vote: fc.constantFrom('approve' as const, 'reject' as const) }), { maxLength: 8 }), fc.integer({ min: 1, max: 4 }), fc.uniqueArray(who), (votes, need, eligible) => {
      const { state } = tally(question({ votes, need, eligible: new Set(eligible) }))
      const people = new Set(votes.filter((vote) => vote.vote === 'approve').map((vote) => vote.personId).filter((id) => eligible.includes(id) && id !== 'asker' && id !== 'editor'))
      if (state === 'satisfied') expect(people.size).toBeGreaterThanOrEqual(need)
    }),
  )
})
