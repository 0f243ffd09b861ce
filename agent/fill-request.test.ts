import { expect, test } from 'vitest'
import { fillRequest } from './fill-request.ts'

test('holes are filled: encoded in the address, as themselves in a JSON body', () => {
  const filled = fillRequest({ method: 'PUT', url: 'http://flags/{flag}/x?on={on}', headers: { 'X-Flag': 'f {flag}' }, body: { on: '{on}', tags: '{tags}', text: 'set {flag}', deep: [{ flag: '{flag}' }] } }, { flag: '../a b', on: true, tags: ['a', 'b'] })
  expect(filled).toMatchObject({ method: 'PUT', url: 'http://flags/..%2Fa%20b/x?on=true', headers: { 'x-flag': 'f ../a b', 'content-type': 'application/json' } })
  expect(JSON.parse(filled.body ?? '')).toEqual({ on: true, tags: ['a', 'b'], text: 'set ../a b', deep: [{ flag: '../a b' }] })
})

test('a text body cannot be broken out of, a header cannot become two, and what is no hole stays', () => {
  const filled = fillRequest({ method: 'POST', url: 'http://x', headers: { a: '{flag}' }, body: '{"flag":"{flag}","{other}":1}' }, { flag: 'a"\r\nb: c' })
  expect(filled.body).toBe('{"flag":"a\\"\\r\\nb: c","{other}":1}')
  expect(filled.headers['a']).toBe('a"  b: c')
})
