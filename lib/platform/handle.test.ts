import { expect, test } from 'vitest'
import { parseBody } from './handle.ts'

const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`

test('a body that is nested too deeply is too large, not our mistake', () => {
  expect(parseBody(nested(20), 'application/json')).toHaveProperty('a')
  for (const levels of [100, 500_000]) expect(() => parseBody(nested(levels), 'application/json')).toThrow(expect.objectContaining({ code: 'too_large' }))
})
