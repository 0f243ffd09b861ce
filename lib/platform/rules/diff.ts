/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * What turns one JSON value into another:
 * `=` replaces it; `o` sets (s) and removes (r) keys of an object and goes into others (d);
 * `a` goes into items of an array by index (d), cuts it to a length (n) and appends (p).
 */
export type Delta = { t: '=' ; v: Json } | { t: 'o'; s?: Record<string, Json>; r?: string[]; d?: Record<string, Delta> } | { t: 'a'; n?: number; p?: Json[]; d?: Record<string, Delta> }

const isObject = (value: Json | undefined): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Null where nothing differs. `patch(before, diff(before, after))` is `after`, exactly. */
function difference(before: Json, after: Json): Delta | null {
  if (before === after) return null
  if (Array.isArray(before) && Array.isArray(after)) return arrayDifference(before, after)
  if (isObject(before) && isObject(after)) return objectDifference(before, after)
  return { t: '=', v: after }
}

function objectDifference(before: { [key: string]: Json }, after: { [key: string]: Json }): Delta | null {
  const set = Object.create(null) as Record<string, Json>
  const inner = Object.create(null) as Record<string, Delta>
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key)) set[key] = value
    else {
      const delta = difference(before[key] as Json, value)
      if (delta?.t === '=') set[key] = delta.v
      else if (delta) inner[key] = delta
    }
  }
  const changed = Object.keys(set).length + Object.keys(inner).length + removed.length
  if (changed === 0) return null
  return { t: 'o', ...(Object.keys(set).length ? { s: set } : {}), ...(removed.length ? { r: removed } : {}), ...(Object.keys(inner).length ? { d: inner } : {}) }
}

function arrayDifference(before: Json[], after: Json[]): Delta | null {
  const shared = Math.min(before.length, after.length)
  const inner = Object.create(null) as Record<string, Delta>
  for (let i = 0; i < shared; i++) {
    const delta = difference(before[i] as Json, after[i] as Json)
    if (delta) inner[i] = delta
  }
  const grown = after.slice(shared)
  if (Object.keys(inner).length === 0 && grown.length === 0 && before.length === after.length) return null
  // Where most items differ (something was put in front), the whole is shorter than its differences.
  if (Object.keys(inner).length * 2 > shared && shared > 2) return { t: '=', v: after }
  return { t: 'a', ...(before.length > shared ? { n: shared } : {}), ...(grown.length ? { p: grown } : {}), ...(Object.keys(inner).length ? { d: inner } : {}) }
}

/** The difference as a delta; an empty object delta where there is none. */
export const diff = (before: Json, after: Json): Delta => difference(before, after) ?? { t: 'o' }

/** Applies a delta made from exactly this value. Shares what did not change, so that screens re-render only what did. */
export function patch(before: Json, delta: Delta): Json {
  if (delta.t === '=') return delta.v
  if (delta.t === 'a') {
    const out = [...(before as Json[])]
    if (delta.n !== undefined) out.length = delta.n
    for (const [index, inner] of Object.entries(delta.d ?? {})) out[Number(index)] = patch(out[Number(index)] as Json, inner)
    return delta.p ? [...out, ...delta.p] : out
  }
  if (!delta.s && !delta.r && !delta.d) return before
  // A Map keeps keys like __proto__ what they are: data.
  const entries = new Map(Object.entries(before as { [key: string]: Json }))
  for (const key of delta.r ?? []) entries.delete(key)
  for (const [key, value] of Object.entries(delta.s ?? {})) entries.set(key, value)
  for (const [key, inner] of Object.entries(delta.d ?? {})) entries.set(key, patch(entries.get(key) as Json, inner))
  return Object.fromEntries(entries)
}
