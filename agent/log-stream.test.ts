import { expect, test } from 'vitest'
import type { Server } from './http.ts'
import { LogStream } from './log-stream.ts'
import type { LogLine } from './protocol.ts'

function serverThat(takes: () => boolean): { server: Server; lines: LogLine[] } {
  const lines: LogLine[] = []
  const server: Server = {
    now: () => 0,
    learnNow: () => undefined,
    post: <R>(_: string, body: Record<string, unknown>) => {
      if (!takes()) return Promise.reject(new Error('away'))
      lines.push(...(body['lines'] as LogLine[]))
      return Promise.resolve({} as R)
    },
  }
  return { server, lines }
}

const say = (line: string) => ({ at: '2026-11-27T10:00:00.000Z', stream: 'out' as const, line })
const floodBytes = (from: number, to: number): number => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`.length).reduce((sum, length) => sum + length, 0)
const cap = { lines: 1_000, bytes: 100_000, tailLines: 5, tailBytes: 10_000 }

test('a flood keeps its beginning and its end, and says what is missing in between', async () => {
  const { server, lines } = serverThat(() => true)
  const log = new LogStream(server, 's', 1, cap)
  for (let number = 1; number <= 5_000; number++) log.push(say(`line ${number}`))
  await log.close(5_000)
  expect(lines).toHaveLength(1_000)
  expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  expect(lines[994]?.line).toBe('line 995')
  expect(lines[995]).toMatchObject({ stream: 'agent', line: `… cut: 4001 lines, ${floodBytes(996, 4_996)} bytes, not kept` })
  expect(lines.slice(996).map((line) => line.line)).toEqual(['line 4997', 'line 4998', 'line 4999', 'line 5000'])
})

test('bytes are counted as well as lines', async () => {
  const { server, lines } = serverThat(() => true)
  const log = new LogStream(server, 's', 1, cap)
  for (let number = 1; number <= 200; number++) log.push(say(`${number} ${'x'.repeat(2_000)}`))
  await log.close(5_000)
  expect(lines.reduce((sum, { line }) => sum + line.length, 0)).toBeLessThanOrEqual(cap.bytes)
  expect(lines.at(-1)?.line).toMatch(/^200 x/)
  expect(lines.some(({ line }) => /^… cut: 1\d\d lines, \d{6} bytes/.test(line))).toBe(true)
})

test('a server that is away holds nothing up: what is too much is cut, and said to be', async () => {
  let there = false
  const { server, lines } = serverThat(() => there)
  const log = new LogStream(server, 's', 1)
  log.push(say('first'))
  await new Promise((resolve) => setTimeout(resolve, 400))
  for (let number = 0; number < 3_000; number++) log.push(say(`line ${number}`))
  expect(log.full()).toBe(false)
  there = true
  await log.close(8_000)
  expect(lines[0]?.line).toBe('first')
  expect(lines.at(-1)?.line).toMatch(/^… cut: 1001 lines/)
})
