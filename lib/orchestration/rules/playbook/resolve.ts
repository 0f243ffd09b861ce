import type { Action } from '../../model.ts'
import { wordsFor } from './check-form.ts'
import type { Playbook } from './document.ts'
import { millisOf } from './duration.ts'
import type { PlaybookKind } from './kinds.ts'
import { factsOf } from './kinds.ts'
import { instead } from './nearest.ts'
import { mapTexts, partsOf, wholeReference } from './references.ts'
import { shellCommand } from './shell-text.ts'

export type Value = string | number | boolean | readonly string[]
export type Values = ReadonlyMap<string, Value>

/** The parameters of one use of a playbook: what was given, the defaults, and what is wrong with it. */
export function paramValues(declared: Playbook['params'], given: Readonly<Record<string, unknown>>): { values: Record<string, string | number | boolean>; problems: string[] } {
  const values: Record<string, string | number | boolean> = {}
  const problems = Object.keys(given).filter((name) => !Object.hasOwn(declared, name)).map((name) => `there is no parameter ${name}${instead(name, Object.keys(declared))}`)
  for (const [name, param] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : param.default
    if (value === undefined) problems.push(`the parameter ${name} is missing${param.describe ? `: ${param.describe}` : ''}`)
    else if (param.type === 'choice') {
      if (typeof value === 'string' && param.of.includes(value)) values[name] = value
      else problems.push(`the parameter ${name} is one of ${param.of.join(', ')}`)
    } else if (typeof value !== param.type || (typeof value === 'number' && !Number.isFinite(value))) problems.push(`the parameter ${name} is a ${param.type === 'string' ? 'text' : param.type}`)
    else values[name] = value as string | number | boolean
  }
  return { values, problems }
}

/** What can stand in SQL and be nothing but a value: it cannot end a literal, begin a comment or hold a space. */
const plainWord = /^[A-Za-z0-9_]+([-.][A-Za-z0-9_]+)*$/

class Unresolvable extends Error {}

/**
 * An action with every reference replaced. A text that is one reference takes the value with its type; inside a text it
 * becomes text. Where something would read the value as more than a value (a shell, an address, SQL), it is kept from that.
 */
export function resolveAction(kind: PlaybookKind, written: Readonly<Record<string, unknown>>, values: Values): { action: Action } | { problem: string } {
  const valueOf = (path: string): Value => {
    const value = values.get(path)
    if (value === undefined) throw new Unresolvable(`${path} cannot be resolved here`)
    return value
  }
  const asText = (path: string): string => {
    const value = valueOf(path)
    if (typeof value === 'object') throw new Unresolvable(`${path} is a list, and cannot stand inside a text`)
    return String(value)
  }
  const change = (text: string, path: readonly (string | number)[]): unknown => {
    const parts = partsOf(text)
    if (kind === 'shell' && path[0] === 'command') return shellCommand(parts, asText)
    const guard = kind === 'sql' && (path[0] === 'statements' || path[0] === 'check') ? inSql : path.at(-1) === 'url' || path.includes('urls') ? inUrl : (value: string): string => value
    const whole = wholeReference(text)
    if (whole && guard !== inSql) return valueOf(whole.path)
    return parts.map((part, at) => (typeof part === 'string' ? part : guard(asText(part.path), part.path, at))).join('')
  }
  try {
    const params = mapTexts(written, change) as Record<string, unknown>
    const parsed = factsOf(kind).with.safeParse(params, { error: wordsFor })
    const [issue] = parsed.success ? [] : parsed.error.issues
    if (issue) return { problem: `${['with', ...issue.path.map(String)].join('.')}: ${issue.message}` }
    return { action: { kind, params: kind === 'wait' ? { ms: millisOf(String(params['for'])) } : params } }
  } catch (error) {
    if (error instanceof Unresolvable) return { problem: error.message }
    throw error
  }
}

function inSql(value: string, path: string): string {
  if (!plainWord.test(value)) throw new Unresolvable(`${path} is \`${value}\`: in SQL stand only numbers, true or false, and words of letters, digits, _ and single - or .`)
  return value
}

/** One piece of an address, whatever it holds. At the very beginning it is the address’s own. */
function inUrl(value: string, path: string, at: number): string {
  if (at === 0) return value
  if (value === '.' || value === '..') throw new Unresolvable(`${path} is \`${value}\`, which would lead elsewhere in an address`)
  return encodeURIComponent(value)
}
