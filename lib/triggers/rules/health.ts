import type { Instances } from '../model.ts'

/** What an agent saw running, counted; null where nothing was ever seen. */
export function healthOf(observed: unknown, at: number | null): Instances | null {
  if (at === null || !Array.isArray(observed)) return null
  const states = observed.map((one: { state?: unknown }) => one.state)
  return { healthy: states.filter((state) => state === 'healthy').length, total: states.length, at }
}
