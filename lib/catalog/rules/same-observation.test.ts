import { expect, test } from 'vitest'
import { isSameObservation } from './same-observation.ts'

const one = { id: 'a-1', digest: 'sha256:a', version: '1', state: 'healthy' }
const two = { id: 'a-2', digest: 'sha256:a', version: '1', state: 'healthy' }

test.each<[string, unknown, unknown, boolean]>([
  ['the same', [one, two], [one, two], true],
  ['another order', [one, two], [two, one], true],
  ['a version that is left out and one that is null', [{ ...one, version: null }], [{ id: 'a-1', digest: 'sha256:a', state: 'healthy' }], true],
  ['another state', [one], [{ ...one, state: 'starting' }], false],
  ['another digest', [one], [{ ...one, digest: 'sha256:b' }], false],
  ['one fewer', [one, two], [one], false],
  ['nothing seen and never looked', [], null, false],
])('%s', (_what, before, after, same) => expect(isSameObservation(before, after)).toBe(same))
