import { expect, test } from 'vitest'
import { fingerprint, maskConfig, maskOf } from './mask.ts'

const secret = 'p@ss "word"/42'
const key = Buffer.from('k'.repeat(32))

test.each([
  ['as it is', secret],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64url', Buffer.from(secret).toString('base64url')],
  ['in hex', Buffer.from(secret).toString('hex')],
  ['in a URL', encodeURIComponent(secret)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
])('a secret %s is stars', (_, form) => {
  expect(maskOf([secret])(`before ${form} after`)).toBe('before *** after')
})

test('each line of a secret of several lines is stars, for logs come in lines', () => {
  expect(maskOf(['-----BEGIN KEY-----\nMIIabcdefgh\n-----END KEY-----'])('MIIabcdefgh')).toBe('***')
})

test('the longer of two secrets goes first, and very short values are left alone', () => {
  expect(maskOf(['secret', 'secret-longer', 'on'])('secret-longer, on')).toBe('***, on')
})

test('a configuration keeps its shape; secret values become fingerprints at any depth', () => {
  const { content, secrets } = maskConfig({ LIMIT: 3, db: [{ PASSWORD: 'hunter22' }], url: 'postgres://u:hunter22@db' }, { secrets: ['PASSWORD', 'NOT_SHOWN'], mask: ['ABSENT'] }, key)
  expect(content).toEqual({ LIMIT: 3, db: [{ PASSWORD: { fingerprint: fingerprint(key, 'hunter22') } }], url: 'postgres://u:***@db', NOT_SHOWN: { fingerprint: null } })
  expect(secrets).toEqual(['hunter22'])
})

test('a fingerprint is twelve hex digits, the same for the same secret, another under another key', () => {
  expect(fingerprint(key, 'a')).toMatch(/^[0-9a-f]{12}$/)
  expect(fingerprint(key, 'a')).toBe(fingerprint(key, 'a'))
  expect(fingerprint(key, 'a')).not.toBe(fingerprint(key, 'b'))
  expect(fingerprint(key, 'a')).not.toBe(fingerprint(Buffer.from('other-key-other-key-other-key-xx'), 'a'))
})
