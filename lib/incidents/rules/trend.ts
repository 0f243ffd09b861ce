import type { BoardView } from '../view.ts'

/** Whether it gets better or worse. Within a quarter (or one a minute) is steady; without both numbers nobody knows. */
export function trendOf(now: number | null, before: number | null): BoardView['incidents'][number]['trend'] {
  if (now === null || before === null) return 'unknown'
  const difference = now - before
  if (Math.abs(difference) <= Math.max(1, before * 0.25)) return 'steady'
  return difference > 0 ? 'rising' : 'falling'
}

export interface TargetErrors {
  targetId: string
  errors: number
  seconds: number
}

/** Failing requests a minute over all targets; null unless every one of them was measured: a silent target may be the worst. */
export function failingPerMinute(targetIds: readonly string[], measured: readonly TargetErrors[]): number | null {
  if (targetIds.length === 0) return null
  let sum = 0
  for (const id of targetIds) {
    const own = measured.find((one) => one.targetId === id)
    if (!own || own.seconds <= 0) return null
    sum += (own.errors / own.seconds) * 60
  }
  return Math.round(sum)
}
