import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { seeded } from '../random.ts'
import { buildArchive } from './build.ts'
import { drawFault } from './draw-fault.ts'
import { packTar, unpackTar } from './tar.ts'

const entry = (path: string, content: string) => ({ path, content: Buffer.from(content) })

describe('an archive', () => {
  test('comes back as it went in, empty files and full blocks included', () => {
    const entries = [entry('a.txt', ''), entry('b/c.txt', 'x'.repeat(512)), entry('d.txt', 'ä')]
    expect(unpackTar(packTar(entries))).toEqual(entries)
  })

  test('does not depend on the order in which files were found', () => {
    const [a, b] = [entry('a', '1'), entry('b', '2')] as const
    expect(packTar([b, a])).toEqual(packTar([a, b]))
  })

  test.each(['../evil', '/etc/evil', 'a/../../evil', 'a//b'])('with the path %s is refused', (path) => {
    expect(() => unpackTar(packTar([entry(path, 'x')]))).toThrow('would leave the folder')
  })

  test('that was changed on the way is refused', () => {
    const bytes = packTar([entry('a', 'x')])
    bytes[0] = 98
    expect(() => unpackTar(bytes)).toThrow('damaged')
    expect(() => unpackTar(packTar([entry('a', 'x'.repeat(900))]).subarray(0, 1_024))).toThrow('cut off')
  })
})

describe('a release', () => {
  test('built twice has the same digest, and another one with another fault', () => {
    const built = buildArchive('checkout', '1.5.0', { kind: 'none' })
    expect(buildArchive('checkout', '1.5.0', { kind: 'none' }).digest).toBe(built.digest)
    expect(buildArchive('checkout', '1.5.0', { kind: 'errors', afterMs: 1, share: 0.1 }).digest).not.toBe(built.digest)
  })

  test('carries its code as plain JavaScript and only its own migrations', () => {
    const paths = (version: string) => unpackTar(gunzipSync(buildArchive('checkout', version, { kind: 'none' }).bytes)).map(({ path }) => path)
    expect(paths('1.4.2')).toEqual(expect.arrayContaining(['release.json', 'services/checkout/main.js', 'shared/http.js', 'migrations/001-order.sql']))
    expect(paths('1.4.2')).not.toContain('migrations/002-gift-note.sql')
    expect(paths('1.5.0')).toContain('migrations/002-gift-note.sql')
    expect(paths('1.5.0').filter((path) => path.includes('payments') || path.endsWith('.ts'))).toEqual([])
  })

  test('that does not exist is refused in words', () => {
    expect(() => buildArchive('payments', '9.9.9', { kind: 'none' })).toThrow('payments has no version 9.9.9: there is 1.4.2, 1.4.3, 1.9.0, 2.0.0, 2.0.1')
    expect(() => buildArchive('payments', '1.4.3', { kind: 'errors', afterMs: 0, share: 1 })).toThrow('payments 1.4.3 cannot be built with a fault')
    expect(() => buildArchive('payments', '2.0.0', { kind: 'latency', afterMs: 0, leastMs: 1, mostMs: 2 })).toThrow('payments 2.0.0 can be built with errors, not with latency')
  })
})

describe('a drawn fault', () => {
  test('is the same for the same seed, and stays within its limits', () => {
    for (let seed = 0; seed < 200; seed++) {
      const fault = drawFault('errors', seeded(seed, 'checkout'))
      expect(drawFault('errors', seeded(seed, 'checkout'))).toEqual(fault)
      if (fault.kind !== 'errors') throw new Error('an errors fault was ordered')
      expect(fault.share).toBeGreaterThanOrEqual(0.05)
      expect(fault.share).toBeLessThanOrEqual(0.3)
      expect(fault.afterMs).toBeGreaterThanOrEqual(8_000)
    }
  })

  test('keeps what was ordered', () => {
    expect(drawFault({ kind: 'errors', share: 0.5, afterMs: 0 }, seeded(1))).toEqual({ kind: 'errors', share: 0.5, afterMs: 0 })
    expect(drawFault('none', seeded(1))).toEqual({ kind: 'none' })
    expect(() => drawFault({ kind: 'errors', share: 0 }, seeded(1))).toThrow('share')
  })
})
