/** A measured value with its unit as people say it: `7.8 %`, `420 ms`, `12.4 /s`. Null is said to be unknown by the screen. */
export function valueInWords(value: number, unit: string): string {
  switch (unit) {
    case 'ratio':
      return `${short(value * 100)} %`
    case 'seconds':
      return value < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`
    case 'per second':
      return `${short(value)} /s`
    default:
      return unit ? `${short(value)} ${unit}` : short(value)
  }
}

/** Two digits that matter, and never a trailing nought: 7.8, 0.42, 120. */
export function short(value: number): string {
  const size = Math.abs(value)
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 1 : size >= 0.01 ? 2 : 4)))
}

/** The first digits of a hash, enough to compare by eye: `9f3c 41ae`. */
export function shortHash(hash: string): string {
  const hex = hash.replace(/^sha256:/, '')
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`
}

/** Probability of superiority in words, as `p(worse) = 0.5` is no difference. */
export function effectInWords(effect: number): 'much worse' | 'worse' | 'slightly worse' | 'no difference' | 'slightly better' | 'better' | 'much better' {
  const beyond = effect - 0.5
  const size = Math.abs(beyond)
  if (size < 0.06) return 'no difference'
  if (beyond > 0) return size < 0.14 ? 'slightly worse' : size < 0.21 ? 'worse' : 'much worse'
  return size < 0.14 ? 'slightly better' : size < 0.21 ? 'better' : 'much better'
}
