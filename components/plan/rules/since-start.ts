/** A moment of a plan, counted from its start: `+0`, `+40 s`, `+1:30`, `+1:02:00`. */
export function sinceStart(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds === 0) return '+0'
  if (seconds < 60) return `+${seconds} s`
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  return `+${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`
}
