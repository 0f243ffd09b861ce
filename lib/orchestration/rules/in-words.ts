const units: readonly [number, string][] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1_000, 's']]

/** A duration as people say it, two units at most and no finer than it deserves: 4 s, 35 s, 2 min 10 s, 1 h 5 min. */
export function about(ms: number): string {
  const step = ms < 10_000 ? 1_000 : ms < 600_000 ? 5_000 : 60_000
  let left = Math.max(1, Math.round(ms / step)) * step
  const parts: string[] = []
  for (const [size, name] of units) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(`${count} ${name}`)
    left -= count * size
  }
  return parts.slice(0, 2).join(' ')
}
