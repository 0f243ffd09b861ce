/** A length of time cut into the one unit that a person would say it in. */
export type AgeUnit = 'tenths' | 'seconds' | 'minutes' | 'hours' | 'days'

/** How old something is, in one number: tenths below ten seconds where it is live, then ever coarser. */
export function ageParts(ms: number, live = false): { unit: AgeUnit; value: number } {
  const past = Math.max(0, ms)
  if (live && past < 10_000) return { unit: 'tenths', value: Math.round(past / 100) / 10 }
  if (past < 60_000) return { unit: 'seconds', value: Math.floor(past / 1000) }
  if (past < 3_600_000) return { unit: 'minutes', value: Math.floor(past / 60_000) }
  if (past < 48 * 3_600_000) return { unit: 'hours', value: Math.floor(past / 3_600_000) }
  return { unit: 'days', value: Math.floor(past / 86_400_000) }
}

/** A running clock: `06:12`, `1:06:12`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  return `${hours ? `${hours}:` : ''}${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
}

/** A length in the two units that matter: `4 min 10 s`, `2 h 5 min`, `0.4 s`. */
export function durationText(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  const parts = minutes < 60 ? [[minutes, 'min'], [seconds % 60, 's']] : minutes < 60 * 48 ? [[Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']] : [[Math.floor(minutes / 1440), 'days'], [Math.floor((minutes % 1440) / 60), 'h']]
  return parts.filter(([value], index) => index === 0 || value !== 0).map(([value, unit]) => `${value} ${unit}`).join(' ')
}

const pad = (value: number): string => String(value).padStart(2, '0')

/** `02:41Z`, with the day before it where it is not the same UTC day as `today`. */
export function utcText(at: Date, today: Date | null, seconds = false): string {
  const time = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}${seconds ? `:${pad(at.getUTCSeconds())}` : ''}Z`
  return today && at.toISOString().slice(0, 10) === today.toISOString().slice(0, 10) ? time : `${at.toISOString().slice(0, 10)} ${time}`
}
