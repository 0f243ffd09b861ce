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
  ['in a URL with small digits', encodeURIComponent(secret).toLowerCase()],
  ['in a form', encodeURIComponent(secret).replaceAll('%20', '+')],
  ['in HTML', 'p@ss &quot;word&quot;/42'],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
  ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
])('a secret %s is stars', (_, form) => {
  expect(maskOf([secret])(`before ${form} after`)).toBe('before *** after')
})

test.each(['', 'u', 'us', 'user:', 'a:b:'])('a secret in the middle of base64 is stars, as in the header of who is %j', (before) => {
  const header = Buffer.from(`${before}${secret}\n`).toString('base64')
  const masked = maskOf([secret])(`Authorization: Basic ${header}`)
  expect(masked).toContain('***')
  // What is left of it stands for less than three of its characters.
  const left = masked.replace('Authorization: Basic ', '').split('***').map((part) => part.replace(/=+$/, '').length)
  expect(left[0]).toBeLessThanOrEqual(Math.ceil((before.length * 4) / 3) + 1)
  expect(left[1]).toBeLessThanOrEqual(4)
})

test.each([
  ['read as Latin-1', Buffer.from('clé-secrète').toString('latin1')],
  ['in JSON kept to ASCII', 'cl\\u00e9-secr\\u00e8te'],
])('a secret with accents is stars %s', (_, form) => {
  expect(maskOf(['clé-secrète'])(`before ${form} after`)).toBe('before *** after')
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
