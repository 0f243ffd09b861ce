import { createHash } from 'node:crypto'
import type { LeafRange, StoredRun } from './merkle-ranges.ts'
import { pathSides, perfectParts, storedRun } from './merkle-ranges.ts'

/* The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: a leaf's hash begins with 0x00, a node's with 0x01, so that neither passes for the other. */

export type Hash = Buffer

const leafPrefix = Buffer.from([0])
const nodePrefix = Buffer.from([1])

/** The hash of one entry. */
export const leafHashOf = (entry: string | Uint8Array): Hash => createHash('sha256').update(leafPrefix).update(entry).digest()

/** The hash of two subtrees side by side. */
export const nodeHashOf = (left: Uint8Array, right: Uint8Array): Hash => createHash('sha256').update(nodePrefix).update(left).update(right).digest()

/** The root of a tree without leaves. */
export const emptyRoot: Hash = createHash('sha256').digest()

/** A tree that only grows, kept as its perfect subtrees: appending and the root cost O(log n), memory too. */
export interface Growing {
  size(): number
  append(leaf: Uint8Array): void
  root(): Hash
}

export function growing(): Growing {
  const peaks: { hash: Hash; leaves: number }[] = []
  let size = 0
  return {
    size: () => size,
    append(leaf) {
      let top: { hash: Hash; leaves: number } = { hash: Buffer.from(leaf), leaves: 1 }
      for (let before = peaks.at(-1); before?.leaves === top.leaves; before = peaks.at(-1)) {
        peaks.pop()
        top = { hash: nodeHashOf(before.hash, top.hash), leaves: top.leaves * 2 }
      }
      peaks.push(top)
      size++
    },
    root: () => (size === 0 ? emptyRoot : joinParts(peaks.map(({ hash }) => hash))),
  }
}

/** A subtree's hash from those of its perfect parts, largest first. */
function joinParts(parts: readonly Hash[]): Hash {
  const [last, ...before] = parts.toReversed()
  if (!last) throw new Error('a subtree has at least one leaf')
  return before.reduce((right, left) => nodeHashOf(left, right), last)
}

/** Nodes side by side, as many as a power of two, made into one. */
export function joinRun(hashes: readonly Hash[]): Hash {
  let level = [...hashes]
  while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, at) => nodeHashOf(level[at * 2] as Hash, level[at * 2 + 1] as Hash))
  if (!level[0]) throw new Error('a run has at least one node')
  return level[0]
}

/** The stored nodes that the hash of a subtree needs. */
export const runsOf = (range: LeafRange): StoredRun[] => perfectParts(range).map(storedRun)

/** A subtree's hash from stored nodes. */
export const hashOfRange = (range: LeafRange, stored: (level: number, index: number) => Hash): Hash =>
  joinParts(runsOf(range).map(({ level, from, count }) => joinRun(Array.from({ length: count }, (_, at) => stored(level, from + at)))))

/** The root that an inclusion path leads to, or null where the path has not the length that such a tree asks for. */
export function rootFromPath(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Hash | null {
  if (!(index >= 0 && index < size)) return null
  const sides = pathSides(index, size)
  if (sides.length !== path.length) return null
  return path.reduce<Hash>((hash, other, at) => (sides[at] === 'left' ? nodeHashOf(other, hash) : nodeHashOf(hash, other)), Buffer.from(leaf))
}

/** Whether a tree of `first` leaves is a beginning of the one of `second` leaves (RFC 9162 §2.1.4.2). */
export function isConsistent(first: number, second: number, firstRoot: Uint8Array, secondRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (first > second || first < 1) return false
  if (first === second) return proof.length === 0 && Buffer.compare(firstRoot, secondRoot) === 0
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof]
  const [start, ...rest] = path
  if (!start) return false
  let node = first - 1
  let last = second - 1
  const up = (): void => {
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  while (node % 2 === 1) up()
  let [small, large]: [Uint8Array, Uint8Array] = [start, start]
  for (const hash of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      small = nodeHashOf(hash, small)
      large = nodeHashOf(hash, large)
      while (node % 2 === 0 && node !== 0) up()
    } else large = nodeHashOf(large, hash)
    up()
  }
  return last === 0 && Buffer.compare(small, firstRoot) === 0 && Buffer.compare(large, secondRoot) === 0
}
