export interface RuleShown {
  name: string
  signal: string
  direction: 'above' | 'below'
  limit: string
  windowSeconds: number
  forSeconds: number
  severity: string
  action: string
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** A limit in the unit that people say it in. */
export function limitText(signal: string, limit: number): string {
  if (signal === 'error-ratio') return `${Math.round(limit * 1000) / 10} %`
  if (signal.startsWith('latency')) return limit < 1 ? `${Math.round(limit * 1000)} ms` : `${limit} s`
  return signal === 'request-rate' ? `${limit}/s` : String(limit)
}

/** The rules inside a stored criteria document; what is not a rule is left out. */
export function readRules(document: unknown): RuleShown[] {
  const rules = (document as { rules?: unknown } | null)?.rules
  if (!Array.isArray(rules)) return []
  return (rules as Record<string, unknown>[]).map((rule) => ({
    name: textOf(rule['name']),
    signal: textOf(rule['signal']),
    direction: rule['direction'] === 'below' ? 'below' : 'above',
    limit: limitText(textOf(rule['signal']), numberOf(rule['limit'])),
    windowSeconds: numberOf(rule['windowSeconds']),
    forSeconds: numberOf(rule['forSeconds']),
    severity: textOf(rule['severity']),
    action: textOf(rule['action']),
  }))
}
