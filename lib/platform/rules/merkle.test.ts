import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Hash } from './merkle.ts'
import { emptyRoot, growing, hashOfRange, isConsistent, joinRun, leafHashOf, nodeHashOf, rootFromPath } from './merkle.ts'
import { consistencyRanges, inclusionRanges, pathSides, storedEvery } from './merkle-ranges.ts'

/* The published vectors of the certificate transparency project for eight entries, and properties over many sizes. */

const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((hex) => Buffer.from(hex, 'hex'))
const leaves = entries.map(leafHashOf)
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const a = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
const b = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
const c = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
const d = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
const e = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'
const f = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a'

/** As the database keeps it: the leaves, and every 4th level above them. */
function stored(all: readonly Hash[]): (level: number, index: number) => Hash {
  const levels = new Map([[0, [...all]]])
  for (let level = storedEvery; 2 ** level <= all.length; level += storedEvery) {
    const below = levels.get(level - storedEvery) as Hash[]
    levels.set(level, Array.from({ length: Math.floor(below.length / 16) }, (_, at) => joinRun(below.slice(at * 16, at * 16 + 16))))
  }
  return (level, index) => {
    const hash = levels.get(level)?.[index]
    if (!hash) throw new Error(`no node ${index} at level ${level}`)
    return hash
  }
}
const rootOf = (all: readonly Hash[]): Hash => {
  const tree = growing()
  for (const leaf of all) tree.append(leaf)
  return tree.root()
}
/** The definition, word for word (RFC 6962 §2.1): slow, and nothing to get wrong. */
function byDefinition(all: readonly Hash[]): Hash {
  if (all.length === 0) return createHash('sha256').digest()
  if (all.length === 1) return all[0] as Hash
  let k = 1
  while (k * 2 < all.length) k *= 2
  return nodeHashOf(byDefinition(all.slice(0, k)), byDefinition(all.slice(k)))
}
const kept = new Map<readonly Hash[], ReturnType<typeof stored>>()
const storedOnce = (all: readonly Hash[]): ReturnType<typeof stored> => kept.get(all) ?? kept.set(all, stored(all)).get(all) ?? stored(all)
const inclusion = (index: number, size: number, all: readonly Hash[]): Hash[] => inclusionRanges(index, size).map((range) => hashOfRange(range, storedOnce(all)))
const consistency = (first: number, second: number, all: readonly Hash[]): Hash[] => consistencyRanges(first, second).map((range) => hashOfRange(range, storedOnce(all)))
const hex = (hashes: readonly Hash[]): string[] => hashes.map((hash) => hash.toString('hex'))
const flipped = (hash: Hash): Hash => Buffer.from(hash.map((byte, at) => (at === 7 ? byte ^ 1 : byte)))

describe('published vectors', () => {
  test.each(roots.map((root, size) => [size, root] as const))('the root of %i entries', (size, root) => expect(rootOf(leaves.slice(0, size)).toString('hex')).toBe(root))

  test('the root of nothing', () => expect(emptyRoot.toString('hex')).toBe(roots[0]))

  test.each([
    [0, 1, []],
    [0, 8, [a, b, c]],
    [5, 8, [d, e, roots[4]]],
    [2, 3, [roots[2]]],
    [1, 5, [roots[1], b, d]],
  ])('the path of entry %i in a tree of %i', (index, size, path) => {
    expect(hex(inclusion(index, size, leaves))).toEqual(path)
    expect(rootFromPath(leaves[index] as Hash, index, size, inclusion(index, size, leaves))?.toString('hex')).toBe(roots[size])
  })

  test.each([
    [1, 1, []],
    [1, 8, [a, b, c]],
    [6, 8, [f, e, roots[4]]],
    [2, 5, [b, d]],
    [3, 7, ['0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7', '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7', roots[2], '837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e']],
  ])('the proof that %i is a beginning of %i', (first, second, proof) => {
    expect(hex(consistency(first, second, leaves))).toEqual(proof)
    expect(isConsistent(first, second, Buffer.from(roots[first] as string, 'hex'), Buffer.from(roots[second] as string, 'hex'), consistency(first, second, leaves))).toBe(true)
  })
})

describe('for every size', () => {
  const many = Array.from({ length: 300 }, (_, at) => leafHashOf(`entry ${at}`))
  const sizes = [...Array.from({ length: 70 }, (_, at) => at + 1), 127, 128, 129, 255, 256, 257, 271, 272, 273, 300]

  test('the growing tree and the stored one make the root of the definition', () => {
    for (const size of sizes) {
      const root = byDefinition(many.slice(0, size))
      expect(rootOf(many.slice(0, size))).toEqual(root)
      expect(hashOfRange({ from: 0, to: size }, stored(many.slice(0, size)))).toEqual(root)
    }
  })

  test('each leaf is proven, and with one thing changed it is not', () => {
    for (const size of sizes) {
      const root = rootOf(many.slice(0, size))
      for (let index = 0; index < size; index += Math.max(1, Math.floor(size / 9))) {
        const leaf = many[index] as Hash
        const path = inclusion(index, size, many)
        const proves = (...[l, i, s, p]: Parameters<typeof rootFromPath>): boolean => rootFromPath(l, i, s, p)?.equals(root) ?? false
        expect(proves(leaf, index, size, path)).toBe(true)
        expect(pathSides(index, size)).toHaveLength(path.length)
        expect(proves(flipped(leaf), index, size, path)).toBe(false)
        expect(proves(leaf, index, size, [...path, leaf])).toBe(false)
        if (size > 1) expect(proves(leaf, (index + 1) % size, size, path)).toBe(false)
        for (const at of path.keys()) {
          expect(proves(leaf, index, size, path.map((hash, other) => (other === at ? flipped(hash) : hash)))).toBe(false)
          expect(proves(leaf, index, size, path.toSpliced(at, 1))).toBe(false)
        }
      }
    }
  })

  test('each beginning is proven, and with one thing changed it is not', () => {
    for (const second of sizes) {
      const whole = rootOf(many.slice(0, second))
      for (let first = 1; first <= second; first += Math.max(1, Math.floor(second / 7))) {
        const beginning = rootOf(many.slice(0, first))
        const proof = consistency(first, second, many)
        expect(isConsistent(first, second, beginning, whole, proof)).toBe(true)
        expect(isConsistent(first, second, flipped(beginning), whole, proof)).toBe(false)
        expect(isConsistent(first, second, beginning, flipped(whole), proof)).toBe(false)
        expect(isConsistent(first, second, beginning, whole, [...proof, whole])).toBe(false)
        for (const at of proof.keys()) expect(isConsistent(first, second, beginning, whole, proof.map((hash, other) => (other === at ? flipped(hash) : hash)))).toBe(false)
      }
    }
    expect(isConsistent(0, 4, emptyRoot, emptyRoot, [])).toBe(false)
    expect(isConsistent(5, 4, emptyRoot, emptyRoot, [])).toBe(false)
  })

  test('an index or a size beside the tree proves nothing', () => {
    for (const [index, size] of [[-1, 8], [8, 8], [0, 0], [Number.NaN, 8]] as const) expect(rootFromPath(leaves[0] as Hash, index, size, inclusion(0, 8, leaves))).toBeNull()
  })
})
