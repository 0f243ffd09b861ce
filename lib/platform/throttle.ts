import { shared } from './runtime.ts'

/** The most names kept at once. When it is full the quietest go, never the busiest: an attacker cannot push a target out. */
const most = 20_000
/** No limit looks back further. */
const longestMs = 60_000

/** True while `name` has done this fewer than `times` in the last `perMs`. Per process: a brake on guessing, not an access rule. */
export function throttle(what: string, name: string, limit: { times: number; perMs: number }): boolean {
  const seen = shared('throttle', () => new Map<string, number[]>())
  const key = `${what} ${name}`
  const now = Date.now()
  const recent = (seen.get(key) ?? []).filter((at) => now - at < limit.perMs)
  if (recent.length >= limit.times) return false
  recent.push(now)
  seen.set(key, recent)
  if (seen.size > most) forgetSome(seen, key, now)
  return true
}

/** Down to half, so that a flood of names pays for this once in so many: those that are over first, then the quietest. */
function forgetSome(seen: Map<string, number[]>, keep: string, now: number): void {
  const quietFirst = [...seen].filter(([key]) => key !== keep).map(([key, times]) => ({ key, over: now - (times.at(-1) ?? 0) > longestMs, times: times.length }))
  quietFirst.sort((a, b) => Number(b.over) - Number(a.over) || a.times - b.times)
  for (const { key } of quietFirst.slice(0, seen.size - most / 2)) seen.delete(key)
}
