import type { Action } from '../../model.ts'

/** Whether two actions are the same thing with the same parameters, in whatever order they are written. */
export const sameAction = (a: Action, b: Action): boolean => a.kind === b.kind && sameValue(a.params, b.params)

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
}
