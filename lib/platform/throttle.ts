import { shared } from './runtime.ts'

/** The most names kept at once. When it is full the quietest go, never the busiest: an attacker cannot push a target out. */
const most = 20_000

/** True while `name` has done this fewer than `times` in the last `perMs`. Per process: a brake on guessing, not an access rule. */
export function throttle(what: string, name: string, limit: { times: number; perMs: number }): boolean {
  const seen = shared('throttle', () => new Map<string, number[]>())
  const key = `${what} ${name}`
  const now = Date.now()
  const recent = (seen.get(key) ?? []).filter((at) => now - at < limit.perMs)
  if (recent.length >= limit.times) return false
  recent.push(now)
  seen.set(key, recent)
  if (seen.size > most) for (const [other, times] of seen) if (times.length <= 1 && other !== key) seen.delete(other)
  return true
}
