'use client'

import { useTranslations } from 'use-intl'
import { cn } from './cn.ts'
import { utcText } from './time-text.ts'
import { useNow } from './use-now.ts'

/** A moment in the reader's own zone, with UTC beside it; the day too where it is not today. */
export function Time({ at, seconds = false, className }: { at: string | null; seconds?: boolean; className?: string }) {
  const t = useTranslations('ui.age')
  const now = useNow(60_000)
  if (!at) return <span className={className}>{t('never')}</span>
  const date = new Date(at)
  if (now === null) return <time dateTime={at} className={cn('whitespace-nowrap', className)}>{utcText(date, null, seconds)}</time>
  const today = new Date(now)
  const sameDay = date.toDateString() === today.toDateString()
  const local = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) })
  const day = sameDay ? '' : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...(date.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }) })} `
  const inUtc = date.getTimezoneOffset() === 0
  return (
    <time dateTime={at} className={cn('whitespace-nowrap', className)}>
      {inUtc ? `${day}${utcText(date, date, seconds)}` : `${day}${local}`}
      {inUtc ? null : <span className="text-text-3"> {utcText(date, date, seconds)}</span>}
    </time>
  )
}
