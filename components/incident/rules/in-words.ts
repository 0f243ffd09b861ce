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

/** Three digits, as in the sentences of the rules: a value just over its limit does not read like the limit. */
export const short = (value: number): string => String(Number(value.toPrecision(3)))

/** The first digits of a hash, enough to compare by eye: `9f3c 41ae`. */
export function shortHash(hash: string): string {
  const hex = hash.replace(/^sha256:/, '')
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`
}

/**
 * An effect (the probability that a random new measurement is worse than a random old one) as a count that says nothing
 * about whether it matters: that is the verdict's business. 0.9 is `worse` in 9 of 10.
 */
export function effectOf(effect: number): { kind: 'even' } | { kind: 'worse' | 'better'; of10: number } {
  if (Math.abs(effect - 0.5) < 0.05) return { kind: 'even' }
  return effect > 0.5 ? { kind: 'worse', of10: Math.round(effect * 10) } : { kind: 'better', of10: Math.round((1 - effect) * 10) }
}

/** A range of durations as one would say it: `12–18 s`, `3–5 min`, `40 s – 2 min`. Minutes are rounded so that the range never narrows. */
export function rangeInWords(fromMs: number, toMs: number): string {
  const seconds = (ms: number): number => Math.max(1, Math.round(ms / 1000))
  if (toMs < 100_000) return seconds(fromMs) === seconds(toMs) ? `${seconds(toMs)} s` : `${seconds(fromMs)}–${seconds(toMs)} s`
  const to = Math.ceil(toMs / 60_000)
  if (fromMs < 60_000) return `${seconds(fromMs)} s – ${to} min`
  const from = Math.floor(fromMs / 60_000)
  return from === to ? `${to} min` : `${from}–${to} min`
}

/** How a forecast stands to the time a region has. A limit of nought is none. */
export function againstLimit(p50Ms: number, p90Ms: number, rtoSeconds: number): 'none' | 'inside' | 'may miss' | 'misses' {
  if (rtoSeconds <= 0) return 'none'
  const limit = rtoSeconds * 1000
  return p50Ms > limit ? 'misses' : p90Ms > limit ? 'may miss' : 'inside'
}

/** Ends a reason with a full stop; its first word is left alone, for it may be somebody's name. */
export const ended = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`)

/** Makes a reason that was written to stand after a colon stand by itself. */
export const asSentence = (text: string): string => (text === '' ? '' : ended(`${text.charAt(0).toUpperCase()}${text.slice(1)}`))
