/** Chance with a seed: the same seed, the same draws. */
export interface Chance {
  /** A whole number from 0 to below `n`. */
  below(n: number): number
  /** True about so often. */
  often(share: number): boolean
  pick<T>(from: readonly T[]): T
  shuffled<T>(from: readonly T[]): T[]
}

/** Mulberry32: small, quick, and good enough to draw worlds with. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    below,
    often: (share) => next() < share,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    shuffled(from) {
      const list = [...from]
      for (let at = list.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[list[at], list[other]] = [list[other] as (typeof list)[number], list[at] as (typeof list)[number]]
      }
      return list
    },
  }
}
