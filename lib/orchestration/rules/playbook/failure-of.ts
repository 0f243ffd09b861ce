/** What kind of thing went wrong. */
export const failures = ['latency', 'errors', 'data', 'availability', 'unknown'] as const
export type Failure = (typeof failures)[number]

export interface Broken {
  signal: string
  direction: 'above' | 'below'
  /** SEV1 … SEV5. */
  severity: string
}

/** The rarer and the harder to take back comes first: wrong data decides the way back, whatever else is wrong. */
const gravest: readonly Failure[] = ['data', 'availability', 'errors', 'latency', 'unknown']

/** One signal's word. Too few requests are an outage seen from the other side; too many say nothing about what is broken. */
function failureOfOne({ signal, direction }: Broken): Failure {
  if (/^data\b|^(checksum|row-count|invariant|reconciliation)\b/.test(signal)) return 'data'
  if (signal === 'no-healthy-instance') return 'availability'
  if (signal === 'request-rate') return direction === 'below' ? 'availability' : 'unknown'
  if (/^error\b/.test(signal)) return 'errors'
  if (/^latency\b/.test(signal)) return 'latency'
  return 'unknown'
}

/** The kind of failure that open breaches speak of: the most severe ones decide, and among those the gravest kind. None = `unknown`. */
export function failureOf(breaches: readonly Broken[]): Failure {
  const worst = breaches.map((breach) => breach.severity).sort()[0]
  const told = breaches.filter((breach) => breach.severity === worst).map(failureOfOne)
  return gravest.find((failure) => told.includes(failure)) ?? 'unknown'
}
