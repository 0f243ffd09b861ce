/** The Prometheus text exposition format, as far as counters and histograms need it. */

export interface Series {
  name: string
  labels: Record<string, string>
  value: number
}

interface Matcher {
  label: string
  matches: (value: string) => boolean
}

export interface Selector {
  name: string
  matchers: Matcher[]
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; because: string }

const namePattern = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const labelPattern = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y

const unescape = (text: string): string => text.replace(/\\(.)/gs, (_, next: string) => (next === 'n' ? '\n' : next))

/** Reads `name{label="a",other!="b",code=~"5.."}`. */
export function parseSelector(text: string): Parsed<Selector> {
  const trimmed = text.trim()
  namePattern.lastIndex = 0
  const name = namePattern.exec(trimmed)?.[0]
  if (!name) return { ok: false, because: `a metric's name and label matchers, as http_requests_total{code=~"5.."}; this is ${text}` }
  const found = readLabels(trimmed, name.length)
  if (!found || trimmed.slice(found.end).trim() !== '') return { ok: false, because: `the label matchers of ${name} cannot be read` }
  const matchers: Matcher[] = []
  for (const { label, operator, value } of found.labels) {
    const matches = matcherOf(operator, value)
    if (!matches) return { ok: false, because: `${label}: ${value} is not a regular expression` }
    matchers.push({ label, matches })
  }
  return { ok: true, value: { name, matchers } }
}

function matcherOf(operator: string, value: string): ((found: string) => boolean) | null {
  if (operator === '=') return (found) => found === value
  if (operator === '!=') return (found) => found !== value
  let pattern: RegExp
  try {
    // Prometheus anchors both ends.
    pattern = new RegExp(`^(?:${value})$`, 's')
  } catch {
    return null
  }
  return operator === '=~' ? (found) => pattern.test(found) : (found) => !pattern.test(found)
}

interface RawLabel {
  label: string
  operator: string
  value: string
}

function readLabels(text: string, from: number): { labels: RawLabel[]; end: number } | null {
  const open = /\s*\{\s*/y
  open.lastIndex = from
  if (!open.exec(text)) return { labels: [], end: from }
  let at = open.lastIndex
  const labels: RawLabel[] = []
  for (;;) {
    const close = /\s*\}/y
    close.lastIndex = at
    if (close.exec(text)) return { labels, end: close.lastIndex }
    labelPattern.lastIndex = at
    const [whole, label = '', operator = '', value = '', comma] = labelPattern.exec(text) ?? []
    if (whole === undefined) return null
    labels.push({ label, operator, value: unescape(value) })
    at = labelPattern.lastIndex
    if (comma === '' && !/^\s*\}/.test(text.slice(at))) return null
  }
}

/** A missing label matches as the empty string, as in Prometheus. */
export const selects = ({ name, matchers }: Selector, series: Series, suffix = ''): boolean =>
  series.name === name + suffix && matchers.every(({ label, matches }) => matches(series.labels[label] ?? ''))

function numberOf(text: string): number {
  if (/^[+]?inf$/i.test(text)) return Infinity
  if (/^-inf$/i.test(text)) return -Infinity
  return /^[-+]?(\d|\.)/.test(text) ? Number(text) : NaN
}

/** Every series of a text; lines that cannot be read are left out, for one bad line must not hide the others. */
export function parseText(text: string): Series[] {
  return text.split('\n').flatMap((line): Series[] => {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) return []
    namePattern.lastIndex = 0
    const name = namePattern.exec(trimmed)?.[0]
    const found = name ? readLabels(trimmed, name.length) : null
    if (!name || !found || found.labels.some(({ operator }) => operator !== '=')) return []
    const [value] = trimmed.slice(found.end).trim().split(/\s+/)
    if (!value) return []
    return [{ name, labels: Object.fromEntries(found.labels.map(({ label, value: text }) => [label, text])), value: numberOf(value) }]
  })
}
