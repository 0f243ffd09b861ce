import type { Health } from '#lib/catalog/view.ts'

export interface FleetCount {
  targets: number
  good: number
  degraded: number
  bad: number
  unknown: number
}

/** Counts targets by health. One that is being worked on is not called good. */
export function countHealth(healths: readonly Health[]): FleetCount {
  const of = (...wanted: Health[]): number => healths.filter((health) => wanted.includes(health)).length
  return { targets: healths.length, good: of('good'), degraded: of('degraded', 'working'), bad: of('bad'), unknown: of('unknown') }
}
