import { createHash } from 'node:crypto'

export type Random = () => number

/** Chance that can be repeated: the same words give the same numbers, whatever else was asked before (mulberry32). */
export function seeded(...words: readonly (string | number)[]): Random {
  let state = createHash('sha256').update(JSON.stringify(words)).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Evenly between two numbers. */
export const between = (random: Random, least: number, most: number): number => least + random() * (most - least)
