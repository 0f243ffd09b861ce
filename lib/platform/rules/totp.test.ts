import { expect, test } from 'vitest'
import { base32, codeAt, matchingStep, otpauthUri, stepOf } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

// RFC 4226, appendix D.
test.each(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map((code, step) => [step, code] as const))('RFC 4226: counter %i is %s', (step, code) => expect(codeAt(secret, BigInt(step))).toBe(code))

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('RFC 6238: at %i s it is %s', (seconds, code) => expect(codeAt(secret, stepOf(seconds * 1000))).toBe(code))

test.each([
  ['of this step', 0, true],
  ['of the one before', -30, true],
  ['of the next', 30, true],
  ['two steps old', -60, false],
  ['two steps ahead', 60, false],
])('a code %s', (_name, seconds, good) => {
  const at = 1_700_000_010_000
  const step = stepOf(at + seconds * 1000)
  expect(matchingStep(secret, codeAt(secret, step), at)).toBe(good ? step : null)
})

// RFC 4648, section 10.
test.each([['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['foobar', 'MZXW6YTBOI']])('base 32 of %s', (text, expected) => expect(base32(Buffer.from(text))).toBe(expected))

test('an address names issuer and account, whatever is in them', () => {
  expect(new URL(otpauthUri(secret, 'a&b@example.test', 'Known good')).searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
})
