import { expect, test } from 'vitest'
import type { Broken } from './failure-of.ts'
import { failureOf } from './failure-of.ts'

const broken = (signal: string, severity = 'SEV2', direction: Broken['direction'] = 'above'): Broken => ({ signal, direction, severity })

test.each<[string, Broken[], string]>([
  ['nothing broken', [], 'unknown'],
  ['errors', [broken('error-ratio')], 'errors'],
  ['slow answers', [broken('latency-p95')], 'latency'],
  ['slow answers in the middle', [broken('latency-p50')], 'latency'],
  ['nothing healthy', [broken('no-healthy-instance', 'SEV1', 'below')], 'availability'],
  ['nobody asking any more', [broken('request-rate', 'SEV2', 'below')], 'availability'],
  ['too many asking', [broken('request-rate')], 'unknown'],
  ['wrong data', [broken('data-invariant')], 'data'],
  ['a signal that nobody knows', [broken('moon-phase')], 'unknown'],
  ['slow and failing alike', [broken('latency-p95'), broken('error-ratio')], 'errors'],
  ['the more severe one decides', [broken('latency-p95', 'SEV1'), broken('error-ratio', 'SEV3')], 'latency'],
  ['wrong data among others', [broken('error-ratio'), broken('data-invariant'), broken('latency-p95')], 'data'],
])('%s', (_what, breaches, failure) => expect(failureOf(breaches)).toBe(failure))
