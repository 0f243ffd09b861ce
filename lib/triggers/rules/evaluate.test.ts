import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SampleFacts } from '#lib/validation/model.ts'
import type { Memory, Rule } from '../model.ts'
import { nothingRemembered, ruleSchema } from '../model.ts'
import type { Facts } from './evaluate.ts'
import { evaluate } from './evaluate.ts'

const now = Date.parse('2026-11-23T02:41:07.000Z')
const iso = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString()
const errors: Rule = ruleSchema.parse({ name: 'errors', signal: 'error-ratio', limit: 0.02, windowSeconds: 20, severity: 'SEV2', action: 'rollback' })
const rule = (part: object): Rule => ruleSchema.parse({ ...errors, ...part })
/** One sample a second, the newest one `secondsAgo`. */
const samples = (n: number, part: Partial<SampleFacts> = {}, secondsAgo = 0): SampleFacts[] =>
  Array.from({ length: n }, (_, i) => ({ at: now - (secondsAgo + n - 1 - i) * 1000, seconds: 1, requests: 10, errors: 0, latency: null, ...part }))
const facts = (part: Partial<Facts>): Facts => ({ samples: [], instances: null, deployedAt: null, open: false, memory: nothingRemembered, now, ...part })

describe('one look', () => {
  test.each([
    ['is ok within the limit', errors, { samples: samples(20) }, 'ok', 'errors 0 % over 20 s, limit 2 % (200 requests)'],
    ['is a breach over it', errors, { samples: samples(20, { errors: 1 }) }, 'breach', 'errors 10 % over 20 s, limit 2 % (200 requests)'],
    ['is ok exactly at the limit', rule({ limit: 0.1 }), { samples: samples(20, { errors: 1 }) }, 'ok', 'errors 10 % over 20 s, limit 10 % (200 requests)'],
    ['looks no further back than its window', errors, { samples: [...samples(20, { errors: 10 }, 20), ...samples(20)] }, 'ok', 'errors 0 % over 20 s, limit 2 % (200 requests)'],
    ['says nothing without samples', errors, {}, 'no verdict', 'no samples'],
    ['says nothing of old samples', errors, { samples: samples(5, { requests: 100 }, 11) }, 'no verdict', 'no samples for 11 s'],
    ['is not kept fresh by a clock that is ahead', errors, { samples: [...samples(20, {}, 30), ...samples(1, { requests: 100 }, -60)] }, 'no verdict', 'no samples for 30 s'],
    ['says nothing of too few requests, however bad', errors, { samples: samples(1, { errors: 10 }) }, 'no verdict', '10 requests in 20 s, at least 20 are needed'],
    ['says nothing of latency without a histogram', rule({ signal: 'latency-p95', limit: 0.3 }), { samples: samples(20) }, 'no verdict', 'the source has no latency'],
    ['sees slow answers', rule({ signal: 'latency-p95', limit: 0.3 }), { samples: samples(20, { latency: { bounds: [0.25, 0.5], counts: [5, 5, 0] } }) }, 'breach', '95th percentile of latency 475 ms over 20 s, limit 300 ms (200 requests)'],
    ['sees that requests stay away', rule({ signal: 'request-rate', direction: 'below', limit: 1 }), { samples: samples(20, { requests: 0 }) }, 'breach', 'requests 0 per second over 20 s, at least 1 per second (0 requests)'],
    ['does not take a gap for silence', rule({ signal: 'request-rate', direction: 'below', limit: 1 }), { samples: samples(5, { requests: 0 }) }, 'no verdict', 'measured for 5 s of 20 s'],
    ['is not doubled by two agents at once', rule({ signal: 'request-rate', limit: 15 }), { samples: samples(20).flatMap((one) => [one, { ...one, at: one.at + 1 }]) }, 'ok', 'requests 10 per second over 20 s, limit 15 per second (400 requests)'],
  ] as const)('%s', (_what, one, part, verdict, because) => expect(evaluate(one, facts(part as Partial<Facts>))).toMatchObject({ verdict, because }))

  const instances = ruleSchema.parse({ name: 'down', signal: 'no-healthy-instance', severity: 'SEV1', action: 'rollback' })
  test.each([
    ['none healthy is a breach', { healthy: 0, total: 2, at: now }, 'breach', 'no healthy instance'],
    ['one healthy is ok', { healthy: 1, total: 2, at: now }, 'ok', '1 healthy instance'],
    ['an old observation says nothing', { healthy: 2, total: 2, at: now - 16_000 }, 'no verdict', 'no agent has seen this target for 16 s'],
    ['never seen says nothing', null, 'no verdict', 'no agent has seen this target'],
  ] as const)('of instances: %s', (_what, seen, verdict, because) => expect(evaluate(instances, facts({ instances: seen }))).toMatchObject({ verdict, because }))
})

describe('over time', () => {
  const patient = rule({ forSeconds: 10, clearSeconds: 30 })
  const bad = samples(20, { errors: 1 })
  const good = samples(20)

  test.each([
    ['begins to count', {}, bad, 'ok', { badSince: iso(0), goodSince: null }],
    ['waits for its time', { memory: { badSince: iso(9), goodSince: null } }, bad, 'ok', { badSince: iso(9), goodSince: null }],
    ['is a breach when it lasted', { memory: { badSince: iso(10), goodSince: null } }, bad, 'breach', { badSince: iso(10), goodSince: null }],
    ['starts over after one good look', { memory: { badSince: iso(9), goodSince: null } }, good, 'ok', nothingRemembered],
    ['starts over after one look without data', { memory: { badSince: iso(9), goodSince: null } }, [], 'no verdict', nothingRemembered],
    ['stays a breach while it is good for too short', { open: true, memory: { badSince: null, goodSince: iso(29) } }, good, 'breach', { badSince: null, goodSince: iso(29) }],
    ['is over when it was good for long enough', { open: true, memory: { badSince: null, goodSince: iso(30) } }, good, 'ok', nothingRemembered],
    ['is not over after one bad look in between', { open: true, memory: { badSince: null, goodSince: iso(29) } }, bad, 'breach', { badSince: iso(0), goodSince: null }],
    ['is never over for want of data', { open: true, memory: { badSince: null, goodSince: iso(600) } }, [], 'no verdict', nothingRemembered],
  ] as const)('%s', (_what, part, seen, verdict, memory) => expect(evaluate(patient, facts({ ...(part as Partial<Facts>), samples: seen }))).toMatchObject({ verdict, memory }))

  const watched = rule({ onlyAfterDeploymentSeconds: 600 })
  test.each([
    ['not judged where nothing was deployed', { deployedAt: null }, 'no verdict'],
    ['judged after a deployment', { deployedAt: now - 600_000 }, 'breach'],
    ['not judged any more after its time', { deployedAt: now - 601_000 }, 'no verdict'],
    ['judged on while its breach is open', { deployedAt: now - 601_000, open: true }, 'breach'],
  ] as const)('a rule for deployments is %s', (_what, part, verdict) => expect(evaluate(watched, facts({ ...part, samples: bad }))).toMatchObject({ verdict }))
})

describe('whatever was measured', () => {
  const sample = fc.record({ ago: fc.nat(60_000), requests: fc.nat(50), errors: fc.nat(50) }).map(({ ago, requests, errors: failed }): SampleFacts => ({ at: now - ago, seconds: 1, requests, errors: Math.min(requests, failed), latency: null }))
  const world = fc.record({ samples: fc.array(sample, { maxLength: 40 }).map((all) => all.sort((a, b) => a.at - b.at)), open: fc.boolean(), good: fc.option(fc.nat(100)), bad: fc.option(fc.nat(100)) })

  test('ok is only ever said of something measured, and a breach that is open ends only on ok after its time', () => {
    fc.assert(
      fc.property(world, ({ samples: seen, open, good, bad }) => {
        const memory: Memory = { badSince: bad === null ? null : iso(bad), goodSince: good === null ? null : iso(good) }
        const { verdict, value, requests, because } = evaluate(errors, facts({ samples: seen, open, memory }))
        expect(because).not.toMatch(/NaN|undefined|null/)
        if (verdict === 'no verdict') return
        expect(requests).toBeGreaterThanOrEqual(20)
        expect(now - (seen.at(-1)?.at ?? 0)).toBeLessThanOrEqual(10_000)
        expect(value).not.toBeNull()
        if (verdict === 'ok') expect(value).toBeLessThanOrEqual(0.02)
        if (verdict === 'ok' && open) expect(good).toBeGreaterThanOrEqual(30)
      }),
      { numRuns: 500 },
    )
  })
})
