import type { DiffLine } from '../../view.ts'

/** More pairs of lines than this are not compared one by one: then all of the old goes and all of the new comes. */
const mostPairs = 4_000_000

/** What changed between two texts, line by line: the longest run of lines that both have stays. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: ' ', text }))
  return [...same(a.slice(0, head)), ...changed(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...same(a.slice(a.length - tail))]
}

function changed(a: readonly string[], b: readonly string[]): DiffLine[] {
  const gone = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: '-', text }))
  const come = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: '+', text }))
  if (a.length * b.length > mostPairs) return [...gone(a), ...come(b)]
  // longest[i][j]: the length of the longest common run of a from i and b from j.
  const width = b.length + 1
  const longest = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) longest[i * width + j] = a[i] === b[j] ? (longest[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0)
  const out: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      out.push({ sign: ' ', text: a[i] ?? '' })
      i++
      j++
    } else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) out.push(...gone([a[i++] ?? '']))
    else out.push(...come([b[j++] ?? '']))
  }
  return [...out, ...gone(a.slice(i)), ...come(b.slice(j))]
}
