export interface Pace {
  baseMs: number
  capMs: number
}

/** How long to wait before try number `attempt` (from 0): doubling up to a cap, half of it chance, so that agents do not return in step. */
export function backoffMs(attempt: number, chance: number, { baseMs, capMs }: Pace): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30))
  return full / 2 + (full / 2) * chance
}
