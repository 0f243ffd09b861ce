/** One thread of virtual time: what happens next is decided by the seed alone. */
export interface Scheduler {
  now(): number
  /** 0 ≤ x < 1, from the seed. */
  chance(): number
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
  /** Does something later; what is due at the same time happens in the order in which it was asked for. */
  after(ms: number, what: () => void): void
  /** Goes on until nothing is left to do or this time is reached. Returns how many things happened. */
  runUntil(time: number): number
}

export function schedule(seed: number): Scheduler {
  const random = mulberry32(seed)
  let time = 0
  let asked = 0
  const due: { at: number; order: number; what: () => void }[] = []
  const insert = (entry: (typeof due)[number]): void => {
    let [low, high] = [0, due.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = due[middle] as (typeof due)[number]
      if (other.at < entry.at || (other.at === entry.at && other.order < entry.order)) low = middle + 1
      else high = middle
    }
    due.splice(low, 0, entry)
  }
  return {
    now: () => time,
    chance: random,
    between: (least, most) => least + Math.floor(random() * (most - least + 1)),
    after: (ms, what) => insert({ at: time + Math.max(0, Math.round(ms)), order: asked++, what }),
    runUntil(end) {
      let done = 0
      while (due[0] && due[0].at <= end) {
        const next = due.shift() as (typeof due)[number]
        time = next.at
        next.what()
        done++
      }
      time = Math.max(time, end)
      return done
    },
  }
}

function mulberry32(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
