const first = 250
const most = 4_000
const wellForMs = 10_000

/** How long to wait before the next start, after `crashes` in a row: 250 ms, doubled each time, 4 s at most. */
export const backOff = (crashes: number): number => Math.min(most, first * 2 ** Math.max(0, crashes - 1))

/** Crashes in a row once a life has ended: one that lasted starts the count again. */
export const crashesInARow = (before: number, livedMs: number): number => (livedMs >= wellForMs ? 1 : before + 1)
