import { describe, expect, test } from 'vitest'
import type { HandOverFacts } from './hand-over.ts'
import { handOverPacket, notReadBack } from './hand-over.ts'

const facts = (says: Partial<HandOverFacts> = {}): HandOverFacts => ({ number: 42, severity: 'SEV1', status: 'mitigating', run: null, decisions: [], exceptions: [], locks: [], told: [], breaches: [], oneWay: null, ...says })
const sentences = (says: Partial<HandOverFacts>): string[] => handOverPacket(facts(says)).facts.map((fact) => fact.sentence)
const decision = { sentence: 'checkout back to 1.4.1', have: 1, need: 2, missing: '1 of 2 still needed', until: '2026-12-01T03:10Z', mayVote: 3 }
const exception = { what: 'sync of checkout is paused', owner: 'Casey', until: '2026-12-02T03:00Z' }

describe('the packet', () => {
  test('of a quiet incident still says what nobody has done', () => {
    expect(sentences({})).toEqual(['INC-42 is SEV1 and mitigating', 'No rollback has been started', 'Nobody has been told anything yet'])
  })

  test.each<[string, Partial<HandOverFacts>, string]>([
    ['a run that waits', { run: { status: 'paused', because: 'the agent went silent' } }, 'The rollback is paused: the agent went silent'],
    ['a decision', { decisions: [decision] }, 'To decide until 2026-12-01T03:10Z: checkout back to 1.4.1 (1 of 2; 1 of 2 still needed)'],
    ['a promise', { told: [{ audience: 'public', at: '03:00Z', nextBy: '03:20Z' }] }, 'The next word to public is promised by 03:20Z'],
    ['who was told', { told: [{ audience: 'public', at: '03:00Z', nextBy: null }] }, 'Told: public at 03:00Z'],
    ['what is left abnormal', { exceptions: [exception] }, 'Left abnormal until 2026-12-02T03:00Z: sync of checkout is paused (Casey)'],
    ['locks', { locks: ['target:production/checkout/eu'] }, 'Locked: target:production/checkout/eu'],
    ['what is in breach', { breaches: [{ rule: 'errors', service: 'checkout', region: 'eu' }] }, 'In breach now: errors of checkout in eu'],
    ['what cannot be undone', { oneWay: 'the schema' }, 'Cannot be undone: the schema'],
  ])('says %s', (_what, says, sentence) => expect(sentences(says)).toContain(sentence))

  test.each<[string, Partial<HandOverFacts>, number]>([
    ['nothing', {}, 0],
    ['what has an owner', { exceptions: [exception], decisions: [decision] }, 0],
    ['an exception without one', { exceptions: [{ ...exception, owner: null }] }, 1],
    ['a decision that nobody may vote on', { decisions: [{ ...decision, mayVote: 0 }] }, 1],
  ])('is held up by %s: %#', (_what, says, count) => expect(handOverPacket(facts(says)).unowned).toHaveLength(count))

  test('is read back when each of it is', () => {
    const packet = handOverPacket(facts())
    expect(notReadBack(packet, ['status', 'run'])).toBe('read these back too: Nobody has been told anything yet')
    expect(notReadBack(packet, packet.facts.map((fact) => fact.key))).toBeNull()
  })
})
