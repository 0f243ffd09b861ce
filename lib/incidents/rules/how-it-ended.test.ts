import { expect, test } from 'vitest'
import { howItEnded } from './how-it-ended.ts'

test.each([
  [{ status: 'aborted', because: 'aborted: wrong service' }, 'The rollback was aborted: wrong service.'],
  [{ status: 'failed', because: 'verify:checkout:eu: eu serves 1.5.0!' }, 'The rollback failed: verify:checkout:eu: eu serves 1.5.0!'],
  [{ status: 'failed', because: null }, 'The rollback failed.'],
])('%j', (run, sentence) => expect(howItEnded(run)).toBe(sentence))
