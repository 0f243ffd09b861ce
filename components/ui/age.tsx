'use client'

import { useTranslations } from 'use-intl'
import { ageParts, clockText, durationText, utcText } from './time-text.ts'
import { useNow } from './use-now.ts'

const millis = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at))

/** How long ago, ticking: `0.4 s ago` where `live`. Null, 0 and what is no time are `never`. */
export function Age({ at, live = false, className }: { at: string | number | null; live?: boolean; className?: string }) {
  const t = useTranslations('ui.age')
  const now = useNow(live ? 100 : 1000)
  const since = at === null ? 0 : millis(at)
  if (!since) return <span className={className}>{t('never')}</span>
  if (now === null) return <time className={className} dateTime={new Date(since).toISOString()} suppressHydrationWarning>{utcText(new Date(since), null)}</time>
  const { unit, value } = ageParts(now - since, live)
  return <time className={className} dateTime={new Date(since).toISOString()}>{t(unit, { value: unit === 'tenths' ? value.toFixed(1) : value })}</time>
}

/** A running clock since a moment, `06:12`; stands still at `until`. */
export function Elapsed({ since, until = null, className }: { since: string; until?: string | null; className?: string }) {
  const now = useNow(1000)
  const end = until ? millis(until) : now
  return <span className={className} role="timer" aria-live="off">{end === null ? '––:––' : clockText(end - millis(since))}</span>
}

/** What is left until a moment, `04:10`; stands at 00:00 once it has passed. */
export function Countdown({ until, className }: { until: string; className?: string }) {
  const now = useNow(1000)
  return <span className={className} role="timer" aria-live="off">{now === null ? '––:––' : clockText(millis(until) - now)}</span>
}

/** A length of time in words. */
export function Duration({ ms, className }: { ms: number | null; className?: string }) {
  const t = useTranslations('ui.age')
  return <span className={className}>{ms === null ? t('unknown') : durationText(ms)}</span>
}
