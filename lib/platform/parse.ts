import type { z } from 'zod'
import { Fault } from './fault.ts'

/** Parsed input, or one Fault `invalid` that names every wrong field and what would be right. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const field = pathOfUnkeepable(raw)?.join('.') || null
  if (field) throw new Fault('invalid', `${field}: ${keepable}`, { fields: [{ field, message: keepable }] })
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.flatMap((issue) => {
    const at = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ field: [...at, key].join('.'), message: 'this field does not exist here' }))
    return [{ field: at.join('.') || 'body', message: issue.message }]
  })
  throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
}

const keepable = 'leave out NUL characters and halves of characters'

/** PostgreSQL keeps neither NUL nor half a surrogate pair, and would say so only when it is written. */
const isKeepable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

/** Where in the input such text stands, as a value or as a key; null = nowhere. Deeper than any input is, nobody looks. */
function pathOfUnkeepable(value: unknown, path: string[] = []): string[] | null {
  if (typeof value === 'string') return isKeepable(value) ? null : path.length > 0 ? path : ['input']
  if (typeof value !== 'object' || value === null || path.length > 64) return null
  for (const [key, inner] of Object.entries(value)) {
    if (!isKeepable(key)) return path.length > 0 ? path : ['input']
    const found = pathOfUnkeepable(inner, [...path, key])
    if (found) return found
  }
  return null
}
