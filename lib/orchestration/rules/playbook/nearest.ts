/** Optimal string alignment: how many letters have to be put in, left out, changed or swapped. `retyr` to `retry` is 1. */
export function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)))
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity
      ;(rows[i] as number[])[j] = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped)
    }
  }
  return cell(a.length, b.length)
}

/** The word that somebody most likely meant; null where none is near. */
export function nearest(word: string, words: readonly string[]): string | null {
  const near = words.map((one) => ({ one, far: distance(word.toLowerCase(), one.toLowerCase()) })).sort((a, b) => a.far - b.far)[0]
  return near && near.far <= Math.max(1, Math.floor(word.length / 3)) ? near.one : null
}

/** `; did you mean retry?`, or what there is. */
export function instead(word: string, words: readonly string[]): string {
  const near = nearest(word.slice(0, 100), words)
  return near ? `; did you mean ${near}?` : words.length === 0 ? '' : `; there is ${words.slice(0, 30).join(', ')}`
}
