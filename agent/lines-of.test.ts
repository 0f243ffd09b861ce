import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { linesOf } from './lines-of.ts'

async function read(chunks: string[]): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  linesOf(stream, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise((resolve) => stream.once('close', resolve))
  return lines
}

test('lines come whole, whatever the chunks; the last needs no end', async () => {
  expect(await read(['a', 'b\nc\r', '\n\n', 'd'])).toEqual(['ab', 'c', '', 'd'])
})

test('of a line without an end only the beginning is held, and the next line is whole again', async () => {
  const lines = await read([...Array.from({ length: 40 }, () => 'x'.repeat(10_000)), '\nnext\n'])
  expect(lines.map((line) => line.length)).toEqual([64 * 1024, 4])
})
