/* Which parts of a Merkle tree (RFC 6962 §2.1) a proof needs. Arithmetic only: browsers use it too. Indices are below 2^53. */

/** Leaves `from` up to, not including, `to`. */
export interface LeafRange {
  from: number
  to: number
}

/** Every 4th level is stored: a node at level 4 stands for 16 leaves, at level 8 for 256. Level 0 are the leaves themselves. */
export const storedEvery = 4

/** `count` stored nodes of one level, side by side. */
export interface StoredRun {
  level: number
  from: number
  count: number
}

/** The largest power of two below `n`; `n` is at least 2. */
function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** PATH(index, D[size]): the subtrees whose hashes prove a leaf, from the leaf upwards. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const go = (from: number, to: number): LeafRange[] => {
    if (to - from === 1) return []
    const middle = from + splitOf(to - from)
    return index < middle ? [...go(from, middle), { from: middle, to }] : [...go(middle, to), { from, to: middle }]
  }
  return go(0, size)
}

/** PROOF(first, D[second]): the subtrees whose hashes prove that the smaller tree is a beginning of the larger. */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  const go = (from: number, to: number, complete: boolean): LeafRange[] => {
    if (first === to) return complete ? [] : [{ from, to }]
    const middle = from + splitOf(to - from)
    return first <= middle ? [...go(from, middle, complete), { from: middle, to }] : [...go(middle, to, false), { from, to: middle }]
  }
  return first === 0 || first === second ? [] : go(0, second, true)
}

/** A subtree as perfect ones, the largest first: 0–7 is 0–4, 4–6, 6–7. */
export function perfectParts({ from, to }: LeafRange): LeafRange[] {
  const parts: LeafRange[] = []
  for (let at = from; at < to; ) {
    let width = 1
    while (width * 2 <= to - at) width *= 2
    parts.push({ from: at, to: at + width })
    at += width
  }
  return parts
}

/** The stored nodes that a perfect subtree is made of: 1, 2, 4 or 8 of the level below it. */
export function storedRun({ from, to }: LeafRange): StoredRun {
  const height = Math.round(Math.log2(to - from))
  const level = height - (height % storedEvery)
  return { level, from: from / 2 ** level, count: 2 ** (height % storedEvery) }
}

/**
 * On which side each hash of an inclusion path stands (RFC 9162 §2.1.3.2), and so how many there must be.
 * Leaf 5 of 7: left (leaf 4), right (leaf 6), left (leaves 0–3).
 */
export function pathSides(index: number, size: number): ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = []
  let node = index
  let last = size - 1
  const up = (): void => {
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  while (last > 0) {
    if (node % 2 === 1 || node === last) {
      sides.push('left')
      while (node % 2 === 0 && node !== 0) up()
    } else sides.push('right')
    up()
  }
  return sides
}
