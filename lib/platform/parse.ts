import type { z } from 'zod'
import { Fault } from './fault.ts'

/** Parsed input, or one Fault `invalid` that names every wrong field and what would be right. */
export function parseInput<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.flatMap((issue) => {
    const at = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ field: [...at, key].join('.'), message: 'this field does not exist here' }))
    return [{ field: at.join('.') || 'body', message: issue.message }]
  })
  throw new Fault('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), { fields })
}
