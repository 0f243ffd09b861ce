import { expect, test } from 'vitest'
import { parseBody, readBody } from './handle.ts'

const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`

test('a body that is nested too deeply is too large, not our mistake', () => {
  expect(parseBody(nested(20), 'application/json')).toHaveProperty('a')
  for (const levels of [100, 500_000]) expect(() => parseBody(nested(levels), 'application/json')).toThrow(expect.objectContaining({ code: 'too_large' }))
})

test('a body is read up to its limit, also where its length was not announced', async () => {
  const sent = (...parts: string[]): Request => new Request('http://here.invalid/', { method: 'POST', duplex: 'half', body: new Blob(parts).stream() } as RequestInit)
  await expect(readBody(sent('four', 'four'), 8)).resolves.toBe('fourfour')
  await expect(readBody(sent('four', 'four', '!'), 8)).rejects.toMatchObject({ code: 'too_large', message: 'a body has at most 8 bytes' })
  await expect(readBody(new Request('http://here.invalid/', { method: 'POST', headers: { 'content-length': '9' }, body: '' }), 8)).rejects.toMatchObject({ code: 'too_large' })
})
