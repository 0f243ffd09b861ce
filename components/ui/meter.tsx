import { cn } from './cn.ts'
import type { Tone } from './status.tsx'
import { toneMark } from './status.tsx'

/** How much of a whole. `label` says of what; `text` says it in words to those who do not see the bar. */
export function Meter({ value, max = 1, label, text, tone = 'neutral', className }: { value: number; max?: number; label: string; text?: string; tone?: Tone; className?: string }) {
  const part = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  return (
    <div role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={value} {...(text ? { 'aria-valuetext': text } : {})} className={cn('h-1.5 w-full overflow-hidden rounded-full bg-border', className)}>
      <div className={cn('h-full rounded-full transition-[width] duration-200', tone === 'neutral' ? 'bg-text' : toneMark[tone])} style={{ width: `${part * 100}%` }} />
    </div>
  )
}
