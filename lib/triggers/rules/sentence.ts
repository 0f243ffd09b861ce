import type { Rule } from '../model.ts'

/** `errors 7.8 % over 20 s, limit 2 % (312 requests)`: what was seen, as one would say it. */
export function sentenceOf(rule: Rule, value: number | null, requests: number): string {
  if (rule.signal === 'no-healthy-instance') return value === null ? 'not known whether an instance is healthy' : value < 1 ? 'no healthy instance' : `${value} healthy ${value === 1 ? 'instance' : 'instances'}`
  const show = (shown: number): string => {
    switch (rule.signal) {
      case 'error-ratio':
        return `${digits(shown * 100)} %`
      case 'request-rate':
        return `${digits(shown)} per second`
      default:
        return shown < 1 ? `${digits(shown * 1000)} ms` : `${digits(shown)} s`
    }
  }
  const what = { 'error-ratio': 'errors', 'latency-p95': '95th percentile of latency', 'latency-p50': 'median latency', 'request-rate': 'requests' }[rule.signal]
  return `${what} ${value === null ? 'not known' : show(value)} over ${rule.windowSeconds} s, ${rule.direction === 'above' ? 'limit' : 'at least'} ${show(rule.limit)} (${requests} ${requests === 1 ? 'request' : 'requests'})`
}

export const unitOf = (signal: Rule['signal']): string => ({ 'error-ratio': 'ratio', 'latency-p95': 'seconds', 'latency-p50': 'seconds', 'request-rate': 'per second', 'no-healthy-instance': 'healthy instances' })[signal]

/** Three digits: enough to argue about, and a value just over its limit does not read like the limit. */
const digits = (value: number): string => String(Number(value.toPrecision(3)))
