import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fromBase64, headText, parseNote, signatureOf } from './checkpoint.ts'
import { openNote, readVerifierKey, signHead, verifierKeyOf } from './note-signing.ts'

const origin = 'ops.example.com/records'
const pair = generateKeyPairSync('ed25519')
const key = verifierKeyOf(origin, pair.privateKey)
const head = { origin, size: 21, root: Buffer.alloc(32, 9).toString('base64'), at: '2026-11-27T20:00:00.000Z' }
const note = signHead(head, [pair.privateKey])

describe('published keys and notes', () => {
  // Of Go's checksum database, and of the tests of golang.org/x/mod/sumdb/note.
  test.each(['sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'])('the id of %s is the one that it names', (text) => {
    expect(readVerifierKey(text)).toMatchObject({ ok: true })
    expect(readVerifierKey(text.replace(/\+(\w)/, (_, digit: string) => `+${digit === '0' ? '1' : '0'}`))).toMatchObject({ ok: false, because: expect.stringMatching(/altered or mistyped/) as string })
  })

  test('a signature line is read as they write it', () => {
    const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    const line = { name: 'PeterNeumann', value: 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=' }
    const read = readVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
    const signature = signatureOf(line)
    if (!read.ok || !signature) throw new Error('unread')
    expect(signature.id).toBe(read.key.id)
    const publicKey = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), read.key.publicKey]), format: 'der', type: 'spki' })
    expect(verify(null, Buffer.from(text), publicKey, signature.bytes)).toBe(true)
  })
})

test('a head is signed and opened', () => {
  expect(openNote(note, [key])).toEqual({ ok: true, head, by: [key] })
  expect(note).toBe(`${headText(head)}\n— ${origin} ${note.split(' ').at(-1)}`)
})

test('with any character of it changed it is refused', () => {
  for (let at = 0; at < note.length; at++) {
    const changed = note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1)
    expect([at, openNote(changed, [key]).ok]).toEqual([at, false])
  }
})

test.each([
  ['an empty text', ''],
  ['a size with a leading zero', note.replace('\n21\n', '\n021\n')],
  ['a negative size', note.replace('\n21\n', '\n-21\n')],
  ['a size beyond numbers', note.replace('\n21\n', '\n9999999999999999\n')],
  ['no time', note.replace(/time .*\n/, '')],
  ['a further line', note.replace('\n\n', '\nmore\n\n')],
  ['no signature', note.split('\n\n')[0] ?? ''],
  ['windows line ends', note.replaceAll('\n', '\r\n')],
  ['a root that is too short', note.replace(head.root, Buffer.alloc(31).toString('base64'))],
  ['something behind it', `${note}x`],
])('%s is no note', (_, text) => expect(parseNote(text)).toMatchObject({ ok: false }))

test('a signature of another key under the same name is passed over, and one alone opens nothing', () => {
  const other = generateKeyPairSync('ed25519').privateKey
  const both = signHead(head, [other, pair.privateKey])
  expect(openNote(both, [key])).toMatchObject({ ok: true, by: [key] })
  expect(openNote(signHead(head, [other]), [key])).toMatchObject({ ok: false, because: expect.stringMatching(/none of the keys/) as string })
  const elsewhere = signHead({ ...head, origin: 'other.example.com/records' }, [pair.privateKey])
  expect(openNote(elsewhere, [key])).toMatchObject({ ok: false })
})

test.each(['AA', 'AA=', 'A===', 'AB==', 'AA==\n', 'A A=', '-_8='])('%j is not strict base64', (text) => expect(fromBase64(text)).toBeNull())
