import type { ParamDeclaration } from './document.ts'
import { situationTypes } from './situation.ts'

/** `${params.ticket}`: a value of the situation, the step's place or a parameter. `$${` is a plain `${`. */
export interface Reference {
  path: string
  /** Where it begins in the text. */
  at: number
  length: number
}

export type Part = string | Reference

/** A text as pieces of plain text and references; `$${` is unfolded. An unclosed one runs to the end. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('$${', at)) {
      plain += '${'
      at += 3
    } else if (text.startsWith('${', at)) {
      const end = text.indexOf('}', at)
      const stop = end < 0 ? text.length : end + 1
      if (plain) parts.push(plain)
      plain = ''
      parts.push({ path: end < 0 ? '' : text.slice(at + 2, end), at, length: stop - at })
      at = stop
    } else {
      plain += text[at]
      at++
    }
  }
  return plain || parts.length === 0 ? [...parts, plain] : parts
}

export const referencesIn = (text: string): Reference[] => partsOf(text).filter((part) => typeof part !== 'string')

/** The reference that a text is as a whole; its value keeps its type. */
export function wholeReference(text: string): Reference | null {
  const [only, more] = partsOf(text)
  return only !== undefined && more === undefined && typeof only !== 'string' ? only : null
}

export type ReferenceType = 'text' | 'number' | 'boolean' | 'list'

const celTypes: Record<string, ReferenceType> = { string: 'text', int: 'number', bool: 'boolean', 'list<string>': 'list' }

/** What references can name here, with their types. */
export function referable(params: Readonly<Record<string, Pick<ParamDeclaration, 'type'>>>, placed: boolean): Map<string, ReferenceType> {
  return new Map([
    ...Object.entries(params).map(([name, { type }]): [string, ReferenceType] => [`params.${name}`, type === 'number' || type === 'boolean' ? type : 'text']),
    ...Object.entries(situationTypes).map(([name, type]): [string, ReferenceType] => [`situation.${name}`, celTypes[type] ?? 'text']),
    ...(placed ? [['step.region', 'text'], ['step.service', 'text']] satisfies [string, ReferenceType][] : []),
  ])
}

/** Every text below a value, with the path to it. */
export function textsIn(value: unknown, path: readonly (string | number)[] = []): { path: (string | number)[]; text: string }[] {
  if (typeof value === 'string') return [{ path: [...path], text: value }]
  if (Array.isArray(value)) return value.flatMap((item, at) => textsIn(item, [...path, at]))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]))
  return []
}

/** The value with every text replaced by what `change` makes of it. */
export function mapTexts(value: unknown, change: (text: string, path: readonly (string | number)[]) => unknown, path: readonly (string | number)[] = []): unknown {
  if (typeof value === 'string') return change(value, path)
  if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, change, [...path, at]))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change, [...path, key])]))
  return value
}
