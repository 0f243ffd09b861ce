import { expect, test } from 'vitest'
import { messages } from './counting-proxy.ts'

const message = (type: string, body: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)])
}
const stream = Buffer.concat([message('C', 'BEGIN'), message('Z', 'T'), message('D', 'a row with a Z in it'), message('C', 'SELECT 1'), message('Z', 'T'), message('Z', 'I')])

test.each([1, 2, 3, 5, 7, 1_000])('every ReadyForQuery is one round trip, in chunks of %d bytes', (size) => {
  let trips = 0
  const count = messages(() => trips++)
  for (let at = 0; at < stream.length; at += size) count(stream.subarray(at, at + size))
  expect(trips).toBe(3)
})
