/** Milliseconds since 1970 with their fractions: comparable between processes of one machine. */
export const exactNow = (): number => performance.timeOrigin + performance.now()
